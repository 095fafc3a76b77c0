import type { AuditContent } from "../../overlay/overlay-content";
import { replaceAudit } from "../../overlay/replace-audit";
import type { Bucket } from "../../stores/bucket";
import { issueAfter, readCurrentOverlay, replaceOverlay } from "./current-overlay";

/**
 * Publishes what an audit found in the overlay of a table bucket, which otherwise stays as it is.
 *
 * @param now ISO 8601, UTC
 * @returns false if there is no overlay
 * @throws StoreError "exists" if a run replaced it at the same time
 */
export async function publishAudit(
  bucket: Bucket,
  audit: AuditContent,
  now: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const current = await readCurrentOverlay(bucket, signal);
  if (!current.bytes) return false;
  await replaceOverlay(bucket, current, replaceAudit(current.bytes, audit, issueAfter(current.issued, now)), signal);
  return true;
}
