import type { CloudProvider } from "../inventory/inventory";

/** The buckets of one provider between which its cloud copies. */
export interface PlannedReplication<Bucket> {
  /** The primary's bucket, which is copied. */
  readonly source: Bucket;
  /** The buckets that receive copies: at least one, in the order given. */
  readonly destinations: readonly Bucket[];
}

/**
 * The regions to which the cloud copies the primary's bucket: every other region with a bucket, unless it is retired or
 * filled by promotion (`filled-by`, at Azure, which copies to a few only; a rule of the inventory limits the number). None
 * if there is no primary, or if it has no bucket.
 */
function replicatedRegions({ primary, mirrors }: CloudProvider): readonly string[] {
  if (!mirrors.some(({ region, bucket }) => bucket && region === primary)) return [];
  return mirrors
    .filter(({ bucket, state }) => bucket && state !== "retired" && !isFilledByPromotion(bucket))
    .map(({ region }) => region)
    .filter((region) => region !== primary);
}

function isFilledByPromotion(bucket: NonNullable<CloudProvider["mirrors"][number]["bucket"]>): boolean {
  return "filledBy" in bucket && bucket.filledBy === "promotion";
}

/**
 * Plans which of a provider's buckets the cloud copies, and to which others.
 *
 * @param buckets all buckets of the provider
 * @returns undefined if nothing is copied
 */
export function planReplication<Bucket extends { readonly region: string }>(
  provider: CloudProvider,
  buckets: readonly Bucket[],
): PlannedReplication<Bucket> | undefined {
  const copied = new Set(replicatedRegions(provider));
  const source = buckets.find(({ region }) => region === provider.primary);
  const destinations = buckets.filter(({ region }) => copied.has(region));
  return source === undefined || destinations.length === 0 ? undefined : { source, destinations };
}
