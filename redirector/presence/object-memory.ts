import { LRUCache } from "lru-cache";
import type { Presence } from "../../routing/conditions";
import { ChargedMemory } from "./charged-memory";

/** What a mirror's answer, or its silence, says of an object. */
export type KnownPresence = Exclude<Presence, "unknown">;

/** What is remembered of an object. Times are milliseconds since 1970. */
export interface RememberedObject {
  readonly presence: KnownPresence;
  readonly since: number;
  /** From when on it is asked again when it is used. */
  again: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long an answer is believed, in milliseconds: a new object must be found soon, and one that is there stays. */
export const believedFor = { held: 6 * hour, absent: minute, unreachable: 10 * second } as const;

/** After how many milliseconds a held object that is used is asked for again, by GET: HEAD and GET may disagree. */
export const checkedAgainAfter = 15 * minute;

/**
 * How many objects are remembered, separately for each answer: clients can invent absent objects without end, and those
 * must not push out held ones. An entry takes about 200 bytes on Node, however long its URL is (measured).
 */
export const mostRemembered = { held: 20_000, absent: 20_000, unreachable: 5_000 } as const;

/** How many absent or unreachable objects are remembered for one client network. */
export const mostOfNetwork = 500;

/**
 * What is known of objects at mirrors, by their URLs. A URL is remembered by its SHA-256, so long URLs take no
 * more memory than short ones.
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

  /** What is known and still believed. */
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

/** Loaded with the first question: on Bun it takes 8 ms. */
let crypto: typeof import("node:crypto") | undefined;

/** 32 characters of one byte each, the shortest text possible. */
function keyOf(url: string): string {
  crypto ??= require("node:crypto") as typeof import("node:crypto");
  return crypto.hash("sha256", url, "binary");
}
