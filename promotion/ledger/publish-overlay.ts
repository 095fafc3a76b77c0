import { decodeOverlay } from "../../overlay/decode-overlay";
import { encodeOverlay } from "../../overlay/encode-overlay";
import { findIndexLoss } from "../../overlay/find-index-loss";
import type { OverlayContent } from "../../overlay/overlay-content";
import { overlayLayout } from "../../overlay/overlay-layout";
import { overlayName } from "../../overlay/overlay-name";
import type { Bucket } from "../../stores/bucket";
import { StoreError } from "../../stores/store-error";
import { type CurrentOverlay, issueAfter, readCurrentOverlay, replaceOverlay } from "./current-overlay";

/** Whether the published bytes say the same: they would be equal with the same key and time. */
function isPublished({ bytes, issued }: CurrentOverlay, content: OverlayContent): boolean {
  if (!bytes || issued === undefined) return false;
  const { keyAt } = overlayLayout;
  const key = [bytes.readUInt32LE(keyAt), bytes.readUInt32LE(keyAt + 4)] as const;
  try {
    return bytes.equals(encodeOverlay({ ...content, issued }, () => key));
  } catch {
    // Two objects have the same hash with this key, so they are not both there.
    return false;
  }
}

/**
 * Publishes an overlay in a table bucket, unless the one that is there says the same. It is replaced as a whole, and only if nobody else
 * replaced it.
 *
 * @param content with the present time
 * @returns whether it had to be written
 * @throws StoreError, also if a third or more of the index would be gone; Error if the content is malformed, or has too many withdrawals
 */
export async function publishOverlay(bucket: Bucket, given: OverlayContent, signal?: AbortSignal): Promise<boolean> {
  const current = await readCurrentOverlay(bucket, signal);
  const content = { ...(current.audit && { audit: current.audit }), ...given };
  if (isPublished(current, content)) return false;
  const bytes = encodeOverlay({ ...content, issued: issueAfter(current.issued, content.issued) });
  const loss = current.overlay && findIndexLoss(current.overlay, decodeOverlay(bytes));
  if (loss !== undefined) {
    const fix = `restore the ledger; or, if this is intended, remove ${overlayName} there and restart the redirectors`;
    throw new StoreError(`${loss}, so that redirectors would refuse it: ${fix}`);
  }
  await replaceOverlay(bucket, current, bytes, signal);
  return true;
}
