import { sharesOf } from "./client-share";

/** The most entries: in all, and charged to one client network. */
export interface MemoryLimits {
  readonly entries: number;
  readonly perNetwork: number;
}

/**
 * Remembers entries that clients cause, and charges each to the client network that caused it: a network that exceeds its
 * share loses its own oldest entry, never another's. If there are too many entries in all, the network that has been idle
 * the longest loses all its entries.
 */
export class ChargedMemory<Value> {
  readonly #limits: MemoryLimits;
  readonly #entries = new Map<string, { readonly network: string; readonly value: Value }>();
  /** Keys by network, oldest first; the network with the newest entry is last. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(limits: MemoryLimits) {
    this.#limits = limits;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: string, value: Value, network: string): void {
    this.delete(key);
    const keys = this.#keys.get(network) ?? new Set();
    this.#keys.delete(network);
    this.#keys.set(network, keys.add(key));
    this.#entries.set(key, { network, value });
    if (keys.size > this.#limits.perNetwork * sharesOf(network)) this.delete(first(keys));
    if (this.#entries.size > this.#limits.entries) for (const each of first(this.#keys.values())) this.delete(each);
  }

  delete(key: string): void {
    const network = this.#entries.get(key)?.network;
    if (network === undefined) return;
    this.#entries.delete(key);
    const keys = this.#keys.get(network);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(network);
  }
}

/** The first of a collection that is not empty. */
function first<T>(items: Iterable<T>): T {
  const [item] = items;
  return item as T;
}
