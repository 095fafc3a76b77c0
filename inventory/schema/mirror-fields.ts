import { z } from "zod";
import { regionName } from "./names";
import { avoid } from "./networks";

/** Whether mirrors must be asked before clients are sent to them. */
export const presence = z.enum(["complete", "asked"]);

const state = z.enum(["active", "draining", "retired"]).default("active").meta({
  description:
    "`active` serves. `draining` serves only the clients of its own region. `retired` serves nobody, and its stores lose their protection, so that the entry can be removed afterwards, here and among the `stores` of `deployed.yaml`.",
});

const weight = z
  .int()
  .min(0)
  .max(1000)
  .default(0)
  .meta({
    description:
      "Share of the clients of no provider that this mirror takes, relative to the others' weights: less with less credit left, and less of those who are known to be more than 1,000 km away. 0: its own provider's clients only.",
    examples: [20],
  });

/** The fields of mirrors at every provider. */
export const mirrorFields = {
  presence: presence.optional().meta({
    description: "As the provider's `presence`, for this mirror.",
  }),
  trusted: z.boolean().default(false).meta({
    description:
      "Whether the same hands write it as the origin: then it also answers manifests, tags, signatures and checksums, and with `presence: complete` lists of tags and referrers, and directories. Others answer only what a digest or a checksum vouches for.",
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
      "The bucket's (at Azure: the storage account's) name. Left out: composed from project, provider and region; at Azure shortened, with a hash.",
    examples: ["k8s-artifacts-eu-west-2-767373"],
  });

/** The fields of mirrors at the three clouds. */
const regionalFields = {
  serves: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*\*?$/, "a region, or the beginning of regions followed by `*`"))
    .min(1)
    .optional()
    .meta({
      description:
        "The regions of the same cloud whose clients come here, instead of the mirror nearest to them. `europe-*` means every region that begins so. A named region outranks a pattern.",
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
