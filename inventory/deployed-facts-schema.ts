import { z } from "zod";

/** A DNS name without a final dot; those of validation records have labels that begin with `_` (RFC 8552). */
const recordName = z
  .string()
  .regex(/^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/i, "a DNS name");

/** A provider, a region or a host of the inventory, which is compared with it afterwards. */
const inventoryKey = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, "a key of the inventory");

/** `deployed.yaml` as a whole: what `DeployedFacts` says, with checked addresses and names. */
export const deployedFactsSchema = z.record(
  inventoryKey,
  z.strictObject({
    addresses: z
      .strictObject({ ipv4: z.ipv4("an IPv4 address"), ipv6: z.ipv6("an IPv6 address") })
      .optional()
      .meta({ description: "The addresses of the redirector's load balancer at Google." }),
    targets: z
      .record(inventoryKey, z.record(inventoryKey, recordName))
      .optional()
      .meta({ description: "The regional names of the redirector's API at AWS, by region and host." }),
    validations: z
      .record(inventoryKey, z.strictObject({ name: recordName, value: recordName }))
      .optional()
      .meta({ description: "The CNAME records that validate certificates, by host." }),
    stores: z
      .strictObject({ bucket: z.array(inventoryKey).optional(), registry: z.array(inventoryKey).optional() })
      .optional()
      .meta({ description: "The regions that have a bucket or a registry: neither may vanish from the inventory." }),
    used: z
      .strictObject({
        month: z.string().regex(/^[0-9]{4}-(0[1-9]|1[0-2])$/, "a month as YYYY-MM"),
        amount: z.number().min(0),
      })
      .optional()
      .meta({
        description:
          "What was used of the provider's credits in a month, in their currency: at the monthly amount, its mirrors take only their own clients until the month ends.",
      }),
    distributions: z
      .record(inventoryKey, recordName)
      .optional()
      .meta({ description: "The host names of CloudFront distributions, by the region of the bucket behind them." }),
  }),
);
