import { z } from "zod";
import { hostName, providerKey } from "./names";

/** `dns`: the zone of the hosts. */
export const dns = z
  .strictObject({
    // Cloud DNS: a managed zone's name has at most 63 characters; ours is `zone-` and the domain.
    zone: hostName(58).meta({ description: "The zone that contains all hosts.", examples: ["example.org"] }),
    "published-at": z
      .array(providerKey)
      .default([])
      .meta({
        description:
          "The providers (Google or AWS) that serve the zone. Two providers serve the same records, so either may fail. Default: none, you create the records yourself, from the outputs of the redirector's stacks.",
        examples: [["google", "aws"]],
      }),
    existing: z
      .record(providerKey, z.string().meta({ title: "zone" }))
      .optional()
      .meta({
        description:
          "Existing zones to use, by provider: at AWS the hosted zone's id, at Google the managed zone's name. Our records are added to them, and nothing else in them is managed. Default: a new zone is created. Use this for the zone of a whole domain that has other records.",
        examples: [{ aws: "Z0123456789ABCDEFGHIJ", google: "example-org" }],
      }),
  })
  .meta({ description: "The DNS zone." });
