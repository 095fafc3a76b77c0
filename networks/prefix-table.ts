import { type Cidr, compareCidrs, formatCidr, parseCidr } from "./cidr";
import type { ParsedAddress } from "./parsed-address";

/** One prefix of a layer and its value. */
export interface PrefixValue {
  /** A prefix in CIDR form, IPv4 or IPv6. */
  readonly prefix: string;
  /** A caller-defined number from 0 to 65,534. */
  readonly value: number;
}

/** A block of addresses for which a prefix table has one answer. */
export interface PrefixAnswer {
  readonly cidr: Cidr;
  /** An index into the combinations. */
  readonly answer: number;
}

/** A prefix table and its answer values. */
export interface CompiledPrefixTable {
  /** The table itself, for {@link PrefixTable}. The order of prefixes in a layer does not change the bytes. */
  readonly bytes: Uint8Array;
  /** The values of a lookup's answer: one value per layer, -1 if that layer has no prefix for the address. */
  readonly combinations: readonly (readonly number[])[];
}

/*
 * The file, in 32-bit signed little-endian words: four words of header (magic, version, number of words that follow, 0), then a
 * multibit trie. The first 65,536 words are for the first 16 bits of an IPv4 address, the next 65,536 for
 * those of an IPv6 address; after them come blocks of 16 words, each for 4 further bits. A word of 0 means no
 * prefix, a positive word is an answer plus 1, and a negative word is minus the index of the next block.
 */
const magicNumber = 0x5450464d; // "MFPT" in file byte order
const formatVersion = 1;
const headerWords = 4;
const ipv4Root = 0;
const ipv6Root = 0x10000;
const firstBlock = 0x20000;
const blockWords = 16;

/** The highest value of a prefix: one below 2^16 - 1, so that a caller can keep values and "none" in 16 bits. */
const highestValue = 65_534;

/** How many blocks are searched for examples, which takes a few milliseconds. */
const mostLookedAt = 10_000;

/**
 * Looks up the longest prefix of each layer that contains an address.
 *
 * Loading only reads the header: the words are used in place.
 */
export class PrefixTable {
  readonly #words: Int32Array;

  /**
   * @param bytes from {@link compilePrefixTable}; kept, not copied, unless they do not start at a 4-byte boundary
   * @throws Error if the bytes are not a prefix table, have another version, or are truncated; and on a big-endian
   * machine
   */
  constructor(bytes: Uint8Array) {
    requireLittleEndian();
    // Not `slice`, which copies nothing of a Buffer.
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    if (aligned.byteLength < headerWords * 4) throw new Error("not a prefix table: it is shorter than the header");
    const [magic, version, size] = new Int32Array(aligned.buffer, aligned.byteOffset, headerWords);
    if (magic !== magicNumber) throw new Error("not a prefix table: it does not start with MFPT");
    if (version !== formatVersion)
      throw new Error(
        `a prefix table of version ${version}, but only version ${formatVersion} is supported: compile it again`,
      );
    if (size === undefined || size < firstBlock || aligned.byteLength !== (headerWords + size) * 4) {
      throw new Error("the prefix table is incomplete: its size differs from the one in its header");
    }
    this.#words = new Int32Array(aligned.buffer, aligned.byteOffset + headerWords * 4, size);
  }

  /**
   * Checks every word: it must be an existing answer, or lead to an earlier block, so that no lookup loops.
   *
   * @param answers how many answers there are
   * @returns how many words are answers: roughly proportional to the prefixes
   * @throws Error if a word is neither
   */
  requireValid(answers: number): number {
    const words = this.#words;
    let count = 0;
    for (let position = 0; position < words.length; position++) {
      const word = words[position] as number;
      if (word === 0) continue;
      if (word > 0) count++;
      const end = position < firstBlock ? words.length : position - (position % blockWords);
      const isValid = word > 0 ? word <= answers : -word >= firstBlock && word % blockWords === 0 && -word < end;
      if (!isValid) throw new Error("the prefix table is damaged: it refers to an answer that does not exist");
    }
    return count;
  }

  /**
   * Sample addresses with different answers, to test a table.
   *
   * @param most how many to return at most; in large tables not every block is searched
   */
  examples(most: number): string[] {
    const found = new Map<number, string>();
    let looked = 0;
    for (const { cidr, answer } of this.answers()) {
      if (found.size >= most || looked++ >= mostLookedAt) break;
      if (!found.has(answer)) found.set(answer, formatCidr(cidr).replace(/\/.*$/, ""));
    }
    return [...found.values()];
  }

  /**
   * Looks up an IPv4 or IPv6 address. An embedded IPv4 address is looked up as IPv4, and IPv6 prefixes are not
   * consulted.
   *
   * @returns an index into the combinations, or -1 if no prefix contains the address, or the text is not an address
   */
  lookup({ ipv4, groups }: ParsedAddress): number {
    if (ipv4 >= 0) return this.#lookupIPv4(ipv4 >>> 16, ipv4 & 0xffff);
    return groups === undefined ? -1 : this.#lookupIPv6(groups);
  }

  /**
   * All addresses with an answer, as blocks that do not overlap, sorted by address: IPv4, then IPv6. The blocks are those of
   * the trie: neighbours may have the same answer (`list-disjoint-prefixes.ts` merges them).
   */
  *answers(): Generator<PrefixAnswer> {
    for (const [root, count] of [[ipv4Root, 2] as const, [ipv6Root, 8] as const]) {
      const groups = new Array<number>(count).fill(0);
      for (let first = 0; first < ipv6Root; first++) {
        groups[0] = first;
        yield* this.#answersBelow(this.#words[root + first] ?? 0, groups, 16);
      }
    }
  }

  *#answersBelow(word: number, groups: number[], length: number): Generator<PrefixAnswer> {
    if (word > 0) yield { cidr: { groups: [...groups], length }, answer: word - 1 };
    if (word >= 0) return;
    const group = length >>> 4;
    const shift = 12 - (length & 15);
    const before = groups[group] ?? 0;
    for (let nibble = 0; nibble < blockWords; nibble++) {
      groups[group] = before | (nibble << shift);
      yield* this.#answersBelow(this.#words[nibble - word] ?? 0, groups, length + 4);
    }
    groups[group] = before;
  }

  #lookupIPv4(high: number, low: number): number {
    const words = this.#words;
    let word = words[ipv4Root + high] ?? 0;
    for (let shift = 12; word < 0 && shift >= 0; shift -= 4) word = words[((low >>> shift) & 15) - word] ?? 0;
    return word - 1;
  }

  #lookupIPv6(groups: Uint16Array): number {
    const words = this.#words;
    let word = words[ipv6Root + (groups[0] ?? 0)] ?? 0;
    for (let index = 1; word < 0 && index < 8; index++) {
      const group = groups[index] ?? 0;
      for (let shift = 12; word < 0 && shift >= 0; shift -= 4) word = words[((group >>> shift) & 15) - word] ?? 0;
    }
    return word - 1;
  }
}

/**
 * Compiles layers into one table. A layer answers one question about an address (provider, ASN,
 * country); inside a layer the longest prefix wins, and layers do not hide each other.
 *
 * @throws NotACidr for an invalid prefix
 * @throws Error for a value out of range, or a prefix that has two values in one layer
 */
export function compilePrefixTable(layers: readonly (readonly PrefixValue[])[]): CompiledPrefixTable {
  const trie = new PrefixTrie(layers.length);
  layers.forEach((layer, index) => {
    for (const { cidr, value } of sortShortestFirst(layer)) trie.insert(cidr, index, value);
  });
  return trie.compile();
}

interface ParsedPrefix {
  readonly cidr: Cidr;
  readonly value: number;
}

/** Parses and sorts prefixes, without duplicates, shorter ones first: longer prefixes then overwrite them. */
function sortShortestFirst(layer: readonly PrefixValue[]): ParsedPrefix[] {
  const parsed = layer.map(({ prefix, value }) => {
    if (!Number.isInteger(value) || value < 0 || value > highestValue) {
      throw new Error(`the value of ${prefix} is ${value}: whole numbers from 0 to ${highestValue} can be stored`);
    }
    return { cidr: parseCidr(prefix), value };
  });
  parsed.sort((left, right) => left.cidr.length - right.cidr.length || compareCidrs(left.cidr, right.cidr));
  return parsed.filter((entry, index) => {
    const previous = parsed[index - 1];
    if (previous === undefined || compareCidrs(previous.cidr, entry.cidr) !== 0) return true;
    if (previous.value === entry.value) return false;
    throw new Error(`${formatCidr(entry.cidr)} has two values in one layer: ${previous.value} and ${entry.value}`);
  });
}

/** The trie while it is being built: words as in the file, except that an answer is not yet final. */
class PrefixTrie {
  readonly #words: number[] = new Array<number>(firstBlock).fill(0);
  readonly #combinations: number[][] = [];
  readonly #numbers = new Map<string, number>();
  readonly #successors = new Map<number, number>();
  readonly #layers: number;

  constructor(layers: number) {
    this.#layers = layers;
    this.#numberOf(new Array<number>(layers).fill(-1));
  }

  /** Sets a layer's value for all addresses of a prefix. Within a layer, shorter prefixes must come first. */
  insert({ groups, length }: Cidr, layer: number, value: number): void {
    let position = (groups.length === 2 ? ipv4Root : ipv6Root) + (groups[0] ?? 0);
    let depth = 16;
    while (length > depth) {
      const nibble = ((groups[depth >>> 4] ?? 0) >>> (12 - (depth & 15))) & 15;
      position = this.#blockAt(position) + nibble;
      depth += 4;
    }
    this.#assign(position, 1 << (depth - length), layer, value);
  }

  /** The table in the form of the file: answers and blocks numbered by first use, equal blocks shared. */
  compile(): CompiledPrefixTable {
    const combinations: number[][] = [];
    const answers = new Map<number, number>();
    const blocks = new Map<string, number>();
    const packed = this.#words.slice(0, firstBlock);
    const pack = (word: number): number => {
      if (word === 0) return 0;
      if (word > 0) {
        const known = answers.get(word);
        if (known !== undefined) return known;
        const answer = combinations.push(this.#combinations[word] ?? []);
        answers.set(word, answer);
        return answer;
      }
      const block = this.#words.slice(-word, -word + blockWords).map(pack);
      const [first = 0] = block;
      if (first >= 0 && block.every((other) => other === first)) return first;
      const key = block.join();
      const known = blocks.get(key);
      if (known !== undefined) return known;
      const added = -packed.length;
      packed.push(...block);
      blocks.set(key, added);
      return added;
    };
    for (let index = 0; index < firstBlock; index++) packed[index] = pack(packed[index] ?? 0);
    return { bytes: addHeader(packed), combinations };
  }

  /** The block that a word leads to; a word that is an answer becomes a block that is filled with it. */
  #blockAt(position: number): number {
    const word = this.#words[position] ?? 0;
    if (word < 0) return -word;
    const block = this.#words.length;
    for (let index = 0; index < blockWords; index++) this.#words.push(word);
    this.#words[position] = -block;
    return block;
  }

  #assign(start: number, count: number, layer: number, value: number): void {
    for (let position = start; position < start + count; position++) {
      const word = this.#words[position] ?? 0;
      if (word < 0) this.#assign(-word, blockWords, layer, value);
      else this.#words[position] = this.#getSuccessor(word, layer, value);
    }
  }

  /** The combination that differs from another in one layer's value. */
  #getSuccessor(combination: number, layer: number, value: number): number {
    const key = (combination * this.#layers + layer) * (highestValue + 1) + value;
    const known = this.#successors.get(key);
    if (known !== undefined) return known;
    const values = [...(this.#combinations[combination] ?? [])];
    values[layer] = value;
    const successor = this.#numberOf(values);
    this.#successors.set(key, successor);
    return successor;
  }

  /** The number of a combination: equal values give equal numbers, regardless of the order. */
  #numberOf(values: number[]): number {
    const key = values.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#combinations.push(values) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

function addHeader(words: readonly number[]): Uint8Array {
  requireLittleEndian();
  const file = new Int32Array(headerWords + words.length);
  file.set([magicNumber, formatVersion, words.length, 0]);
  file.set(words, headerWords);
  return new Uint8Array(file.buffer);
}

/** The words are used as they are in memory; no supported platform is big-endian. */
function requireLittleEndian(): void {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1)
    throw new Error("a prefix table needs a little-endian machine");
}
