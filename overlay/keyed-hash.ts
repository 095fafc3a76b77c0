/** A 64-bit key, as two unsigned 32-bit words. */
export type HashKey = readonly [number, number];

const highestAscii = 0x7f;

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

  /** Hashes a text's UTF-8; the result is in {@link first} and {@link second}. Nearly every text is ASCII, which is its own UTF-8. */
  hash(text: string): void {
    if (this.#hashOctets(text) > highestAscii) this.#hashOctets(Buffer.from(text, "utf8").toString("latin1"));
  }

  /**
   * @param octets one character for each byte
   * @returns the bitwise union of all characters
   */
  #hashOctets(octets: string): number {
    const { length } = octets;
    const [key0, key1] = this.#key;
    let v0 = key0;
    let v1 = key1 ^ 0xee;
    let v2 = 0x6c796765 ^ key0;
    let v3 = 0x74656462 ^ key1;
    let union = 0;
    const whole = length & ~3;
    // One more word than the text has: its last bytes, and its length.
    for (let at = 0; at <= whole; at += 4) {
      let word = length << 24;
      if (at < whole) {
        const [a, b] = [octets.charCodeAt(at), octets.charCodeAt(at + 1)];
        const [c, d] = [octets.charCodeAt(at + 2), octets.charCodeAt(at + 3)];
        union |= a | b | c | d;
        word = a | (b << 8) | (c << 16) | (d << 24);
      } else {
        for (let index = whole; index < length; index++) {
          const octet = octets.charCodeAt(index);
          union |= octet;
          word |= octet << (8 * (index - whole));
        }
      }
      v3 ^= word;
      // Two rounds, written out: a loop takes half as long again.
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
    return union;
  }
}
