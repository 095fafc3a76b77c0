import { LRUCache } from "lru-cache";
import type { Presence } from "../../routing/conditions";
import { ChargedMemory } from "./charged-memory";

/** An object's presence, as far as a mirror's answer or silence shows it. */
export type KnownPresence = Exclude<Presence, "unknown">;

/** What a mirror last answered about an object. Times are milliseconds since 1970. */
export interface RememberedObject {
  readonly presence: KnownPresence;
  readonly since: number;
  /** From this time on it is asked for again when it is used. */
  again: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long an answer is valid, in milliseconds: a new object must be found soon, and one that is there stays. */
export const believedFor = { held: 6 * hour, absent: minute, unreachable: 10 * second } as const;

/** After this many milliseconds a held object that is in use is asked for again, by GET: HEAD and GET may disagree. */
export const checkedAgainAfter = 15 * minute;

/**
 * How many objects are remembered, separately for each answer: clients can invent any number of absent objects, which must
 * not evict held ones. An entry takes about 200 bytes on Node (measured), regardless of the length of its URL.
 */
export const mostRemembered = { held: 20_000, absent: 20_000, unreachable: 5_000 } as const;

/** How many absent or unreachable objects are remembered for one client network. */
export const mostOfNetwork = 500;

/**
 * Which objects mirrors hold, by URL. The key is the URL's SHA-256, so that long URLs take no more memory than short ones.
 */
export class ObjectMemory {
  readonly #clock: () => number;
  readonly #held = new LRUCache<string, RememberedObject>({ max: mostRemembered.held });
  readonly #absent = new ChargedMemory<RememberedObject>({
    entries: mostRemembered.absent,
    perNetwork: mostOfNetwork,
  });
  readonly #unreachable = new ChargedMemory<RememberedObject>({
    entries: mostRemembered.unreachable,
    perNetwork: mostOfNetwork,
  });

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The last answer, if it is still valid. */
  get(url: string): RememberedObject | undefined {
    const key = keyOf(url);
    const remembered = this.#held.get(key) ?? this.#absent.get(key) ?? this.#unreachable.get(key);
    if (remembered === undefined) return undefined;
    return this.#clock() < remembered.since + believedFor[remembered.presence] ? remembered : undefined;
  }

  /** @param network is charged for an object that is not held */
  set(url: string, presence: KnownPresence, network: string): void {
    const key = keyOf(url);
    const since = this.#clock();
    const again = presence === "held" ? since + checkedAgainAfter : Number.POSITIVE_INFINITY;
    this.#held.delete(key);
    this.#absent.delete(key);
    this.#unreachable.delete(key);
    const remembered = { presence, since, again };
    if (presence === "held") this.#held.set(key, remembered);
    else if (presence === "absent") this.#absent.set(key, remembered, network);
    else this.#unreachable.set(key, remembered, network);
  }
}

/** Loaded with the first question: loading takes 8 ms on Bun. */
let crypto: typeof import("node:crypto") | undefined;

/** 32 characters of one byte each, the shortest form of the digest. */
function keyOf(url: string): string {
  crypto ??= require("node:crypto") as typeof import("node:crypto");
  return crypto.hash("sha256", url, "binary");
}
