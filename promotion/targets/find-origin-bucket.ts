import type { Bucket } from "../../stores/bucket";
import type { Target } from "./target";

/** The bucket of the origin, in which promotion publishes what donors should copy. @returns undefined if the origin has none */
export function findOriginBucket(targets: readonly Target[]): Bucket | undefined {
  const buckets = targets.flatMap((target) => (target.isOrigin && target.kind !== "registry" ? [target] : []));
  return (buckets.find(({ kind }) => kind === "files") ?? buckets[0])?.bucket;
}
