import { createHash } from "node:crypto";
import { readBounded } from "../../networks/read-bounded";
import { decodeOverlay } from "../../overlay/decode-overlay";
import type { Overlay } from "../../overlay/overlay";
import type { AuditContent } from "../../overlay/overlay-content";
import { largestOverlay } from "../../overlay/overlay-layout";
import { overlayName } from "../../overlay/overlay-name";
import type { Bucket } from "../../stores/bucket";
import { bodyOf } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";

/** The longest overlay that is compared, in bytes: six million objects. */
const longest = 64 * 1024 * 1024;

/** What is published at the moment. */
export interface CurrentOverlay {
  /** What the last audit found; a run keeps it. */
  readonly audit?: AuditContent | undefined;
  readonly etag: string | "absent";
  /** Undefined if there is none, or none that redirectors can read. */
  readonly bytes: Buffer | undefined;
  /** ISO 8601, UTC. */
  readonly issued: string | undefined;
  /** @default there is none that redirectors can read */
  readonly overlay?: Overlay;
}

/** Reads the overlay in a table bucket. @throws StoreError */
export async function readCurrentOverlay(bucket: Bucket, signal?: AbortSignal): Promise<CurrentOverlay> {
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
function findIssued(bytes: Buffer): Pick<CurrentOverlay, "bytes" | "issued" | "audit" | "overlay"> {
  try {
    const overlay = decodeOverlay(bytes);
    const { issued, audit } = overlay;
    return { bytes, issued, audit, overlay };
  } catch {
    return { bytes: undefined, issued: undefined };
  }
}

/** Redirectors refuse an overlay from further in the future than this, in milliseconds: a day (`largestLead`). */
const largestLead = 86_400_000;

/**
 * Redirectors ignore an overlay that is older than the one they have, and clocks differ. None of them has one that a run issued far in the future,
 * because its clock was wrong: those that follow it would be refused, too.
 */
export function issueAfter(issued: string | undefined, now: string): string {
  if (issued === undefined || issued < now || Date.parse(issued) > Date.parse(now) + largestLead) return now;
  return new Date(Date.parse(issued) + 1).toISOString();
}

/**
 * Replaces an overlay.
 *
 * @throws StoreError "exists" if somebody else did at the same time; "refused" if the new one is larger than redirectors read
 */
export async function replaceOverlay(
  bucket: Bucket,
  { etag }: CurrentOverlay,
  content: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(content);
  if (bytes.length > largestOverlay) {
    const size = `${overlayName} would have ${inMebibytes(bytes.length)}, and redirectors read at most ${inMebibytes(largestOverlay)}`;
    const fix = "withdraw artifacts that nobody needs, or move projects to an inventory and a redirector of their own";
    throw new StoreError(`${size}, so that they would keep the one that they have: ${fix}`);
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const options = { sha256, cacheControl: "no-store", ifCurrent: etag, ...(signal && { signal }) };
  await bucket.put(overlayName, bodyOf(bytes), options);
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil((bytes / 1024 ** 2) * 10) / 10} MiB`;
}
