import { formatBytes } from "../plan/format-bytes";
import { formatDuration } from "./format-duration";
import type { RunCounters } from "./run-counters";

type Counts = Pick<RunCounters, "read" | "distinct" | "done" | "objects" | "objectsDone">;

/**
 * What a run has done so far, on one line: `312 MB of 1.2 GB, 40 of 96 objects, 25 MB/s, 36 s left`.
 *
 * @param expected bytes of the plan: an upper bound, because images share blobs. @default not known
 */
export function formatProgress(counts: Counts, seconds: number, expected = 0): string {
  const { read, distinct, done, objects, objectsDone } = counts;
  const all = Math.max(distinct, expected);
  const arrived = Math.min(Math.max(read, done), all);
  const rate = seconds >= 1 ? arrived / seconds : 0;
  const left = rate > 0 && arrived < all ? `, ${formatDuration((all - arrived) / rate)} left` : "";
  const speed = rate > 0 ? `, ${formatBytes(rate)}/s` : "";
  return `${formatBytes(arrived)} of ${formatBytes(all)}, ${objectsDone} of ${objects} objects${speed}${left}`;
}
