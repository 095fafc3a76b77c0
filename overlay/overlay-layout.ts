/**
 * An overlay's bytes, little-endian:
 *
 * - four 32-bit words: magic ("MFOV"), version, length of the content in bytes, number of objects;
 * - the SHA-256 of these words and of everything after the checksum;
 * - the key of the hashes: two 32-bit words;
 * - the content as JSON, padded with zeros to a multiple of four bytes;
 * - for each object, in the order of their hashes, in three arrays: the first 32 bits of its hash; twice the number of its promotion,
 *   plus 1 if it goes to all mirrors, in 32 bits; and the next 16 bits of its hash.
 */
export const overlayLayout = {
  magic: 0x564f464d,
  version: 1,
  checksumAt: 16,
  keyAt: 48,
  headerBytes: 56,
  bytesOfObject: 10,
} as const;

/** The length of the content with its padding. */
export function paddedLength(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** The most bytes of the content: parsing and checking takes tens of milliseconds, during which no request is answered. */
export const longestContent = 2 * 1024 * 1024;

/** The highest number of a promotion: it is stored in 31 bits. */
export const highestPromotion = 2 ** 31 - 1;

/** The most bytes of an overlay that redirectors read, as of a routing table: 1.6 million objects. */
export const largestOverlay = 16 * 1024 * 1024;
