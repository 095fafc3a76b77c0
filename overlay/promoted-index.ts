import { type HashKey, KeyedHash } from "./keyed-hash";

/** What the index knows about an object. */
export interface IndexedObject {
  /** The promotion that brought it, or that last changed it. */
  readonly promotion: number;
  /** Whether it goes to all mirrors that hold artifacts of its kind. */
  readonly isEverywhere: boolean;
}

/** The arrays of an index; one place in all three belongs to one object. */
export interface IndexArrays {
  /** The first 32 bits of each hash, in rising order. */
  readonly firsts: Uint32Array;
  /** Twice the number of the promotion, plus 1 if the object goes to all mirrors. */
  readonly promotions: Uint32Array;
  /** The next 16 bits of each hash, in rising order where the first 32 are equal. */
  readonly seconds: Uint16Array;
}

/**
 * Which objects were promoted, by 48 bits of a keyed hash of their keys. It has every object that it was made from; another is taken for one of
 * them with a probability of their number in 2^48: for 100,000 objects less than one in two thousand million.
 */
export class PromotedIndex {
  readonly #arrays: IndexArrays;
  readonly #hash: KeyedHash;

  /** @param arrays used in place */
  constructor(arrays: IndexArrays, key: HashKey) {
    this.#arrays = arrays;
    this.#hash = new KeyedHash(key);
  }

  /** The number of objects. */
  get size(): number {
    return this.#arrays.firsts.length;
  }

  /** What is known about an object; undefined if it was never promoted. */
  find(key: string): IndexedObject | undefined {
    const hash = this.#hash;
    hash.hash(key);
    const { firsts, promotions, seconds } = this.#arrays;
    const [first, second] = [hash.first, hash.second >>> 16];
    let [low, high] = [0, firsts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = firsts[middle] as number;
      if (at < first || (at === first && (seconds[middle] as number) < second)) low = middle + 1;
      else high = middle;
    }
    if (firsts[low] !== first || seconds[low] !== second) return undefined;
    const word = promotions[low] as number;
    return { promotion: word >>> 1, isEverywhere: (word & 1) === 1 };
  }

  /**
   * Checks every object, so that each look-up finds what is there.
   *
   * @param newest the number of the newest promotion
   * @throws Error if the hashes are not in rising order, or a promotion has a wrong number
   */
  requireValid(newest: number): void {
    const { firsts, promotions, seconds } = this.#arrays;
    for (let at = 0; at < firsts.length; at++) {
      const promotion = (promotions[at] as number) >>> 1;
      if (promotion < 1 || promotion > newest) throw new Error(`the overlay has an object of promotion ${promotion}`);
      if (at === 0) continue;
      const [before, now] = [firsts[at - 1] as number, firsts[at] as number];
      const isRising = before < now || (before === now && (seconds[at - 1] as number) < (seconds[at] as number));
      if (!isRising) throw new Error("the overlay's objects are not sorted");
    }
  }
}
