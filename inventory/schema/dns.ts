import { z } from "zod";
import { hostName, providerKey } from "./names";

/** `dns`: the zone of the hosts. */
export const dns = z
  .strictObject({
    // Cloud DNS: a managed zone's name has 63 characters at the most; ours is `zone-` and the domain.
    zone: hostName(58).meta({ description: "The zone in which all hosts are.", examples: ["example.org"] }),
    "published-at": z
      .array(providerKey)
      .default([])
      .meta({
        description:
          "The providers (Google or AWS) at which the zone is served. Two of them serve the same records: either may die. Left out: you write the records yourself; the outputs of the redirector's stacks say which.",
        examples: [["google", "aws"]],
      }),
    existing: z
      .record(providerKey, z.string().meta({ title: "at AWS the hosted zone's id, at Google the managed zone's name" }))
      .optional()
      .meta({
        description:
          "Existing zones to use, by provider. Our records are added to them, and nothing else in them is managed. Left out: a new zone is created. Use this for the zone of a whole domain that has other records.",
        examples: [{ aws: "Z0123456789ABCDEFGHIJ", google: "example-org" }],
      }),
  })
  .meta({ description: "The DNS zone." });
