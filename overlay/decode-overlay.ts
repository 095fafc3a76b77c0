import { sha256 } from "../document/sha256";
import { Overlay } from "./overlay";
import { longestContent, overlayLayout, paddedLength } from "./overlay-layout";
import { PromotedIndex } from "./promoted-index";
import { requireStoredContent, type StoredContent } from "./stored-content";

const { magic, version, checksumAt, keyAt, headerBytes, bytesOfObject } = overlayLayout;

/**
 * Loads an overlay. The objects are used in place; only the content, a few kilobytes, is parsed.
 *
 * @param bytes kept, not copied, unless they do not start at a 4-byte boundary
 * @throws Error if the bytes are not an overlay, have another version or are damaged, or if a part is missing or malformed
 */
export function decodeOverlay(bytes: Uint8Array): Overlay {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  if (aligned.length < headerBytes || view.getUint32(0, true) !== magic) throw new Error("not an overlay");
  if (view.getUint32(4, true) !== version) {
    throw new Error(`an overlay of version ${view.getUint32(4, true)}, but only version ${version} is supported`);
  }
  const [length, count] = [view.getUint32(8, true), view.getUint32(12, true)];
  if (length > longestContent) throw new Error(`the overlay's content is longer than ${longestContent} bytes`);
  const start = headerBytes + paddedLength(length);
  if (start + bytesOfObject * count !== aligned.length) {
    throw new Error("the overlay's size differs from the one in its header");
  }
  const checksum = aligned.subarray(checksumAt, keyAt);
  if (!sha256(aligned.subarray(0, checksumAt), aligned.subarray(keyAt)).equals(checksum)) {
    throw new Error("the overlay is damaged: its checksum differs");
  }
  const content = parseContent(aligned.subarray(headerBytes, headerBytes + length));
  const index = readIndex(aligned, start, count, [view.getUint32(keyAt, true), view.getUint32(keyAt + 4, true)]);
  index.requireValid(content.promoted?.newest ?? 0);
  return new Overlay(content, index, Buffer.from(checksum).toString("hex"));
}

function parseContent(bytes: Uint8Array): StoredContent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Error("the overlay's content is not JSON");
  }
  return requireStoredContent(parsed);
}

/** A big-endian machine would read other numbers; the routing table refuses to load there. */
function readIndex(bytes: Uint8Array, start: number, count: number, key: readonly [number, number]): PromotedIndex {
  const at = bytes.byteOffset + start;
  const arrays = {
    firsts: new Uint32Array(bytes.buffer, at, count),
    promotions: new Uint32Array(bytes.buffer, at + 4 * count, count),
    seconds: new Uint16Array(bytes.buffer, at + 8 * count, count),
  };
  return new PromotedIndex(arrays, key);
}
