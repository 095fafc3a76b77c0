/** A 64-bit key, as two unsigned 32-bit words. */
export type HashKey = readonly [number, number];

/** Enough for a request target of 4,096 characters, each of which has at most three bytes. */
const longestKept = 16_384;

/** The bytes of the text that is hashed: texts are hashed one after another. */
let bytes: Uint8Array = new Uint8Array(longestKept);
const encoder = new TextEncoder();

/** Writes a text as UTF-8 into {@link bytes}. @returns its length in bytes */
function writeText(text: string): number {
  const { length } = text;
  if (length > longestKept) return writeAnyText(text);
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return writeAnyText(text);
    bytes[index] = unit;
  }
  return length;
}

function writeAnyText(text: string): number {
  if (3 * text.length > bytes.length) bytes = new Uint8Array(3 * text.length);
  return encoder.encodeInto(text, bytes).written;
}

/**
 * HalfSipHash-2-4 with 64 bits of output (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", and its reference
 * implementation): a keyed hash in 32-bit arithmetic, which JavaScript does well. Without the key, nobody can find a text
 * with a wanted hash.
 */
export class KeyedHash {
  /** The first 32 bits of the last hash, unsigned. */
  first = 0;
  /** The next 32 bits, unsigned. */
  second = 0;
  readonly #key: HashKey;

  constructor(key: HashKey) {
    this.#key = key;
  }

  /** Hashes a text's UTF-8; the result is in {@link first} and {@link second}. */
  hash(text: string): void {
    const length = writeText(text);
    const data = bytes;
    const [key0, key1] = this.#key;
    let v0 = key0;
    let v1 = key1 ^ 0xee;
    let v2 = 0x6c796765 ^ key0;
    let v3 = 0x74656462 ^ key1;
    const whole = length & ~3;
    // One more word than the text has: its last bytes, and its length.
    for (let at = 0; at <= whole; at += 4) {
      const word = at < whole ? readWord(data, at) : readLastWord(data, length);
      v3 ^= word;
      for (let round = 0; round < 2; round++) {
        v0 = (v0 + v1) | 0;
        v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
        v0 = (v0 << 16) | (v0 >>> 16);
        v2 = (v2 + v3) | 0;
        v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
        v0 = (v0 + v3) | 0;
        v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
        v2 = (v2 + v1) | 0;
        v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
        v2 = (v2 << 16) | (v2 >>> 16);
      }
      v0 ^= word;
    }
    v2 ^= 0xee;
    for (let round = 0; round < 8; round++) {
      if (round === 4) {
        this.first = (v1 ^ v3) >>> 0;
        v1 ^= 0xdd;
      }
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    this.second = (v1 ^ v3) >>> 0;
  }
}

function readWord(data: Uint8Array, at: number): number {
  return (
    (data[at] as number) |
    ((data[at + 1] as number) << 8) |
    ((data[at + 2] as number) << 16) |
    ((data[at + 3] as number) << 24)
  );
}

/** The bytes after the last whole word, and the length's lowest byte above them. */
function readLastWord(data: Uint8Array, length: number): number {
  let word = length << 24;
  for (let at = length & ~3, shift = 0; at < length; at++, shift += 8) word |= (data[at] as number) << shift;
  return word;
}
