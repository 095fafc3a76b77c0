import { createHash } from "node:crypto";
import { readBounded } from "../../networks/read-bounded";
import { decodeOverlay } from "../../overlay/decode-overlay";
import { encodeOverlay } from "../../overlay/encode-overlay";
import type { OverlayContent } from "../../overlay/overlay-content";
import { overlayLayout } from "../../overlay/overlay-layout";
import { overlayName } from "../../overlay/overlay-name";
import type { Bucket } from "../../stores/bucket";
import { bodyOf } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";

/** The longest overlay that is compared, in bytes: six million objects. */
const longest = 64 * 1024 * 1024;

/** What is published at the moment. */
interface Current {
  readonly etag: string | "absent";
  /** Undefined if there is none, or none that redirectors can read. */
  readonly bytes: Buffer | undefined;
  /** ISO 8601, UTC. */
  readonly issued: string | undefined;
}

async function readCurrent(bucket: Bucket, signal?: AbortSignal): Promise<Current> {
  try {
    const { facts, body } = await bucket.open(overlayName, { ...(signal && { signal }) });
    const bytes = await readBounded(body, longest, () => new StoreError(`${bucket.url}/${overlayName} is too long`));
    if (facts.etag === undefined) throw new StoreError(`${bucket.url} has no ETags, so no overlay is published in it`);
    return { etag: facts.etag, ...findIssued(bytes) };
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== "absent") throw error;
    return { etag: "absent", bytes: undefined, issued: undefined };
  }
}

/** What is damaged is replaced. */
function findIssued(bytes: Buffer): Pick<Current, "bytes" | "issued"> {
  try {
    return { bytes, issued: decodeOverlay(bytes).issued };
  } catch {
    return { bytes: undefined, issued: undefined };
  }
}

/** Whether the published bytes say the same: they would be equal with the same key and time. */
function isPublished({ bytes, issued }: Current, content: OverlayContent): boolean {
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

/** Redirectors ignore an overlay that is older than the one they have, and clocks differ. */
function issueAfter(issued: string | undefined, now: string): string {
  if (issued === undefined || issued < now) return now;
  return new Date(Date.parse(issued) + 1).toISOString();
}

/**
 * Publishes an overlay in a table bucket, unless the one that is there says the same. It is replaced as a whole, and only if nobody else
 * replaced it.
 *
 * @param content with the present time
 * @returns whether it had to be written
 * @throws StoreError; Error if the content is malformed, or has too many withdrawals
 */
export async function publishOverlay(bucket: Bucket, content: OverlayContent, signal?: AbortSignal): Promise<boolean> {
  const current = await readCurrent(bucket, signal);
  if (isPublished(current, content)) return false;
  const bytes = Buffer.from(encodeOverlay({ ...content, issued: issueAfter(current.issued, content.issued) }));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await bucket.put(overlayName, bodyOf(bytes), {
    sha256,
    cacheControl: "no-store",
    ifCurrent: current.etag,
    ...(signal && { signal }),
  });
  return true;
}
