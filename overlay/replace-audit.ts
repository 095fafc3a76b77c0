import { sha256 } from "../document/sha256";
import { decodeOverlay } from "./decode-overlay";
import type { AuditContent } from "./overlay-content";
import { longestContent, overlayLayout, paddedLength } from "./overlay-layout";

/**
 * The same overlay with the result of another audit: index and withdrawals stay as they are, so that an audit needs to know nothing of them.
 *
 * @param issued when the new one is issued: ISO 8601, UTC
 * @throws Error if the bytes are not an overlay, or the audit is malformed
 */
export function replaceAudit(bytes: Uint8Array, audit: AuditContent, issued: string): Uint8Array {
  decodeOverlay(bytes);
  const { checksumAt, keyAt, headerBytes } = overlayLayout;
  const former = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(8, true);
  const content = JSON.parse(new TextDecoder().decode(bytes.subarray(headerBytes, headerBytes + former)));
  const text = new TextEncoder().encode(JSON.stringify({ ...content, issued, audit }));
  if (text.length > longestContent)
    throw new Error(`the overlay's content has ${text.length} bytes: too many withdrawals`);
  const objects = bytes.subarray(headerBytes + paddedLength(former));
  const start = headerBytes + paddedLength(text.length);
  const replaced = new Uint8Array(start + objects.length);
  replaced.set(bytes.subarray(0, headerBytes));
  replaced.set(text, headerBytes);
  replaced.set(objects, start);
  new DataView(replaced.buffer).setUint32(8, text.length, true);
  replaced.set(sha256(replaced.subarray(0, checksumAt), replaced.subarray(keyAt)), checksumAt);
  decodeOverlay(replaced);
  return replaced;
}
