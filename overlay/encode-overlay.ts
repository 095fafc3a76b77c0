import { sha256 } from "../document/sha256";
import { type HashKey, KeyedHash } from "./keyed-hash";
import type { OverlayContent, PromotedObject } from "./overlay-content";
import { highestPromotion, longestContent, overlayLayout, paddedLength } from "./overlay-layout";
import { longestReason, requireStoredContent, type StoredContent } from "./stored-content";

/** How often another key is drawn if two objects have the same hash: for a million objects, that happens once in 500 keys. */
const mostKeys = 20;

/** The hash of an object, as a whole number of 48 bits, and its word in the file. */
interface Hashed {
  readonly hash: number;
  readonly word: number;
}

/**
 * The bytes of an overlay. They differ from call to call, because each publication has a key of its own.
 *
 * @param drawKey the key of the hashes. @default 64 random bits
 * @throws Error if the content is malformed, such as a promotion that is newer than `newest`
 */
export function encodeOverlay(content: OverlayContent, drawKey: () => HashKey = drawRandomKey): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(requireStoredContent(toStored(content))));
  if (text.length > longestContent)
    throw new Error(`the overlay's content has ${text.length} bytes: too many withdrawals`);
  const words = wordsByKey(content.promoted?.objects ?? [], content.promoted?.newest ?? 0);
  const { key, hashed } = hashAll(words, drawKey);
  const { magic, version, checksumAt, keyAt, headerBytes, bytesOfObject } = overlayLayout;
  const start = headerBytes + paddedLength(text.length);
  const bytes = new Uint8Array(start + bytesOfObject * hashed.length);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of [magic, version, text.length, hashed.length].entries())
    view.setUint32(4 * index, word, true);
  view.setUint32(keyAt, key[0], true);
  view.setUint32(keyAt + 4, key[1], true);
  bytes.set(text, headerBytes);
  for (const [index, { hash, word }] of hashed.entries()) {
    view.setUint32(start + 4 * index, Math.floor(hash / 0x10000), true);
    view.setUint32(start + 4 * (hashed.length + index), word, true);
    view.setUint16(start + 8 * hashed.length + 2 * index, hash % 0x10000, true);
  }
  bytes.set(sha256(bytes.subarray(0, checksumAt), bytes.subarray(keyAt)), checksumAt);
  return bytes;
}

/** Only the members that an overlay has, with shortened reasons. */
function toStored({ issued, promoted, withdrawn, audit }: OverlayContent): StoredContent {
  const { images, objects, files } = withdrawn;
  return {
    issued,
    ...(promoted && { promoted: { covers: promoted.covers, newest: promoted.newest, complete: promoted.complete } }),
    withdrawn: { images: images.map(shortenReason), objects, files: files.map(shortenReason) },
    ...(audit && { audit }),
  };
}

function shortenReason<T extends { readonly reason: string }>(entry: T): T {
  if (entry.reason.length <= longestReason) return entry;
  const start = entry.reason.slice(0, longestReason - 1).replace(/[\uD800-\uDBFF]$/, "");
  return { ...entry, reason: `${start}…` };
}

/**
 * Each object once. If one is named several times, the mirrors that it goes to are those of all, and the newest promotion counts:
 * a mirror that is complete up to that one has it in any case.
 */
function wordsByKey(objects: Iterable<PromotedObject>, newest: number): ReadonlyMap<string, number> {
  const words = new Map<string, number>();
  for (const { key, promotion, isEverywhere } of objects) {
    if (!Number.isInteger(promotion) || promotion < 1 || promotion > Math.min(newest, highestPromotion)) {
      throw new Error(`${key} has promotion ${promotion}, but promotions are numbered from 1 to ${newest}`);
    }
    const word = 2 * promotion + Number(isEverywhere);
    words.set(key, mergeWords(words.get(key), word));
  }
  return words;
}

/** What goes to all mirrors needs no other. */
function mergeWords(known: number | undefined, word: number): number {
  if (known === undefined) return word;
  return known % 2 === word % 2 ? Math.max(known, word) : known % 2 === 1 ? known : word;
}

/** @throws Error if two objects have the same hash with every key: that is practically impossible */
function hashAll(
  words: ReadonlyMap<string, number>,
  drawKey: () => HashKey,
): { readonly key: HashKey; readonly hashed: readonly Hashed[] } {
  for (let tries = 0; tries < mostKeys; tries++) {
    const key = drawKey();
    const hashing = new KeyedHash(key);
    const hashed = Array.from(words, ([text, word]): Hashed => {
      hashing.hash(text);
      return { hash: hashing.first * 0x10000 + (hashing.second >>> 16), word };
    }).sort((a, b) => a.hash - b.hash);
    if (hashed.every(({ hash }, index) => hash !== hashed[index - 1]?.hash)) return { key, hashed };
  }
  throw new Error(`two objects have the same hash with each of ${mostKeys} keys`);
}

function drawRandomKey(): HashKey {
  const [first = 0, second = 0] = crypto.getRandomValues(new Uint32Array(2));
  return [first, second];
}
