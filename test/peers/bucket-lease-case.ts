import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { acquireLease, type Lease } from "../../promotion/run/lease";
import type { Bucket } from "../../stores/bucket";

/** Short, so that the case takes a few seconds; in milliseconds. */
const term = 2_000;

/**
 * Takes the lease of a promotion three times at the same moment: the runs get it one after another.
 *
 * @param bucket without such a lease
 * @throws AssertionError if two hold it at once
 */
export async function checkBucketLease(bucket: Bucket): Promise<void> {
  let held = 0;
  let most = 0;
  const run = async (who: string) => {
    const lease: Lease = await acquireLease({ bucket, who, commit: "0123abc", term, patience: 20 * term });
    most = Math.max(most, ++held);
    // Longer than a term, so that it is renewed.
    await pause(1.5 * term);
    assert.ok(lease.isHeld, `${who} has lost the lease`);
    held--;
    await lease.release();
  };
  await Promise.all(["alice", "bob", "carol"].map(run));
  assert.equal(most, 1);
}
