import type { CloudProvider } from "../inventory/inventory";

/**
 * The regions to which a cloud itself copies the primary's bucket: every other one that is not retired, and that the
 * inventory does not leave to promotion (`filled-by`, at Azure, which copies to a few only: a rule of the inventory keeps
 * them to as many). None where there is no primary, or where it has no bucket.
 */
export function replicatedRegions({ primary, mirrors }: CloudProvider): readonly string[] {
  if (!mirrors.some(({ region, bucket }) => bucket && region === primary)) return [];
  return mirrors
    .filter(({ bucket, state }) => bucket && state !== "retired" && !isFilledByPromotion(bucket))
    .map(({ region }) => region)
    .filter((region) => region !== primary);
}

function isFilledByPromotion(bucket: NonNullable<CloudProvider["mirrors"][number]["bucket"]>): boolean {
  return "filledBy" in bucket && bucket.filledBy === "promotion";
}
