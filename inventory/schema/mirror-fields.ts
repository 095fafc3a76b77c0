import { z } from "zod";
import { regionName } from "./names";
import { avoid } from "./networks";

/** Whether mirrors must be probed before clients are sent to them. */
export const presence = z.enum(["complete", "asked"]);

/** Within which time a cloud has copied an object, as an age. */
export const completeAfter = z
  .string()
  .regex(/^[1-9][0-9]{0,3}[mhd]$/, "a time such as 90m, 24h or 2d")
  .optional();

const state = z.enum(["active", "draining", "retired"]).default("active").meta({
  description:
    "`active` serves. `draining` serves only the clients of its own region. `retired` serves no clients, and its stores lose deletion protection; afterwards remove the entry here and from `stores` in `deployed.yaml`.",
});

const weight = z
  .int()
  .min(0)
  .max(1000)
  .default(0)
  .meta({
    description:
      "Relative share of unaffiliated clients. It shrinks as credits run out, and for clients known to be more than 1,000 km away. With 80 and 20, one mirror gets four fifths and the other one fifth. With 0, it only gets the provider's own clients.",
    examples: [20],
  });

/** The fields of mirrors at every provider. */
export const mirrorFields = {
  presence: presence.optional().meta({
    description: "Overrides the provider's `presence` for this mirror.",
  }),
  "complete-after": completeAfter.meta({
    description: "Overrides the provider's `complete-after` for this mirror.",
    examples: ["24h"],
  }),
  trusted: z.boolean().default(false).meta({
    description:
      "Whether the origin's operators control its content. If so, it also serves manifests, tags, signatures and checksums, and with `presence: complete` lists of tags and referrers, and directories. Other mirrors only serve content that a digest or checksum verifies. A trusted mirror could serve other software under a tag, so only set this for mirrors that you write yourself.",
  }),
  withdrawal: z.boolean().default(false).meta({
    description:
      "Whether the promotion may remove objects here, to withdraw artifacts. Without it, its identity can create objects and never delete them.",
  }),
  avoid,
  state,
  weight,
};

/** The name of a store for files. */
export const bucketName = z
  .string()
  .optional()
  .meta({
    title: "3 to 63 lower-case letters, digits and hyphens (at Azure: 3 to 24 letters and digits)",
    description:
      "The bucket's (at Azure: the storage account's) name. Default: composed of project, provider and region; at Azure shortened, with a hash.",
    examples: ["k8s-artifacts-eu-west-2-767373"],
  });

/** The fields of mirrors at the three clouds. */
const regionalFields = {
  serves: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*\*?$/, "a region, or a region prefix followed by `*`"))
    .min(1)
    .optional()
    .meta({
      description:
        "The regions of the same cloud whose clients come here, instead of the mirror nearest to them. `europe-*` matches all regions with this prefix. A named region takes precedence over a pattern.",
      examples: [["ap-east-1", "ap-east-2"]],
    }),
  ...mirrorFields,
};

/** The keys of `mirrors` at a cloud: its regions. */
const regionKey = regionName.meta({ description: "The region, as the cloud spells it." });

/**
 * `mirrors` of a provider at one of the three clouds.
 *
 * @param stores the stores that a mirror may have there
 * @param example a region
 */
export function mirrorsByRegion<Stores extends z.ZodRawShape>(stores: Stores, example: string) {
  const mirror = z.strictObject({ ...stores, ...regionalFields }).meta({ examples: [{ bucket: {} }] });
  return z
    .record(regionKey, mirror)
    .meta({ description: "The provider's mirrors, by region.", examples: [{ [example]: { bucket: {} } }] });
}
