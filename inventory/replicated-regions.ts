import type { CloudProvider } from "./inventory";

/**
 * The regions to which the cloud copies the primary's bucket: every other region with a bucket, unless it is retired or
 * filled by promotion (`filled-by`, at Azure, which copies to a few only; a rule of the inventory limits the number). None
 * if there is no primary, or if it has no bucket.
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
