import type { CloudProvider } from "../inventory/inventory";
import { replicatedRegions } from "../inventory/replicated-regions";

/** The buckets of one provider between which its cloud copies. */
export interface PlannedReplication<Bucket> {
  /** The primary's bucket, which is copied. */
  readonly source: Bucket;
  /** The buckets that receive copies: at least one, in the order given. */
  readonly destinations: readonly Bucket[];
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
