import { encodeOverlay } from "../../overlay/encode-overlay";
import type { OverlayContent } from "../../overlay/overlay-content";
import { overlayLayout } from "../../overlay/overlay-layout";
import type { Bucket } from "../../stores/bucket";
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
 * @throws StoreError; Error if the content is malformed, or has too many withdrawals
 */
export async function publishOverlay(bucket: Bucket, given: OverlayContent, signal?: AbortSignal): Promise<boolean> {
  const current = await readCurrentOverlay(bucket, signal);
  const content = { ...(current.audit && { audit: current.audit }), ...given };
  if (isPublished(current, content)) return false;
  const bytes = encodeOverlay({ ...content, issued: issueAfter(current.issued, content.issued) });
  await replaceOverlay(bucket, current, bytes, signal);
  return true;
}
