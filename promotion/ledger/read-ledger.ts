import type { Bucket } from "../../stores/bucket";
import type { Ledger } from "./ledger";
import { LedgerObject } from "./ledger-object";

/**
 * Reads the ledger in the table bucket.
 *
 * @returns undefined if there is none yet: no run has promoted anything with a ledger
 * @throws StoreError "corrupt" if it cannot be used, with what to do; any other if the bucket fails
 */
export async function readLedger(bucket: Bucket, signal?: AbortSignal): Promise<Ledger | undefined> {
  return (await new LedgerObject(bucket).read(signal)).ledger;
}
