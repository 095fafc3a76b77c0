import { createHash } from "node:crypto";
import type { Bucket } from "../../stores/bucket";
import { bodyOf } from "../../stores/http/exchange";
import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { placeRecords } from "../plan/place-records";
import { targetName } from "../plan/target-name";
import type { ImageWork } from "./image-work";
import { type RunContext, requestLanes } from "./run-context";

const nothing = Buffer.alloc(0);
const sha256 = createHash("sha256").update(nothing).digest("hex");

/**
 * Records at buckets for blobs which images are complete there: see `completionKey`. A bucket from which a cloud fills others gets the
 * record when these have the blobs as well. What a donor's bucket has is recorded at the origin.
 */
export async function recordCompletion(works: readonly ImageWork[], context: RunContext): Promise<void> {
  const buckets = context.targets.filter((target) => target.kind === "blobs");
  const recorded = buckets.filter(({ filling }) => filling !== "cloud");
  const pairs = works.flatMap((work) => recorded.map((target) => ({ work, target })));
  await inParallel(pairs, requestLanes, async ({ work: { plan, record, contents }, target }) => {
    const name = targetName(target);
    const isMissing = plan.missing.some((each) => each.target === name);
    const replicas = buckets.filter(
      ({ filling, mirror }) => filling === "cloud" && providerOf(mirror) === providerOf(target.mirror),
    );
    const { bucket, keyOf } = placeRecords(target, context.targets);
    if (!isMissing || !contents || !bucket) return;
    if (![target, ...replicas].every((each) => record.isFine(targetName(each)))) return;
    if (target.filling === "donor" && !record.isCopied(name)) return;
    try {
      for (const digest of [...contents.attached, plan.digest]) {
        await context.health.watch(name, () => recordAt(bucket, keyOf(digest), context.signal));
      }
    } catch (error) {
      context.signal.throwIfAborted();
      record.noteFailure(name, error);
    }
  });
}

/** Creates a record. The promoter may not replace objects everywhere, and need not: one is like the other. */
async function recordAt(bucket: Bucket, key: string, signal: AbortSignal): Promise<void> {
  try {
    await bucket.put(key, bodyOf(nothing), { sha256, ifCurrent: "absent", signal });
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== "exists") throw error;
  }
}

function providerOf(mirror: string): string {
  return mirror.split("/", 1)[0] ?? mirror;
}
