import { LRUCache } from "lru-cache";
import { unknownNetwork } from "../routing/client-network";

/** A rate limit: at most `burst` at once, then `perSecond`. The caller chooses the unit: requests, or bytes. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** The limits of one client network (/24 for IPv4, /48 for IPv6), and of all together. */
export interface RequestRatesOptions {
  readonly network: Rate;
  /** The limit of all unknown clients together: any client may be among them. @default as one network */
  readonly unknown?: Rate;
  /** @default no limit */
  readonly all?: Rate;
  /** Milliseconds, of a monotonic clock. @default performance.now */
  readonly clock?: () => number;
}

/** A token bucket. A later charge may take it below zero. */
class Bucket {
  readonly #rate: Rate;
  #left: number;
  #filledAt: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#filledAt = now;
  }

  isOpen(now: number): boolean {
    const seconds = Math.max(now - this.#filledAt, 0) / 1000;
    this.#left = Math.min(this.#rate.burst, this.#left + seconds * this.#rate.perSecond);
    this.#filledAt = now;
    return this.#left > 0;
  }

  charge(cost: number): void {
    this.#left -= cost;
  }
}

/**
 * How many networks are remembered, about 200 bytes each. A forgotten network starts with a full bucket, but the total
 * rate still holds.
 */
const mostNetworks = 10_000;

/**
 * Limits how much of an expensive resource clients use. A network that exceeds its own limit cannot use up the total.
 * Only client networks are kept, in memory.
 */
export class RequestRates {
  readonly #network: Rate;
  readonly #unknown: Rate;
  readonly #all: Bucket | undefined;
  readonly #networks = new LRUCache<string, Bucket>({ max: mostNetworks });
  readonly #clock: () => number;

  constructor({ network, unknown = network, all, clock = () => performance.now() }: RequestRatesOptions) {
    this.#network = network;
    this.#unknown = unknown;
    this.#clock = clock;
    this.#all = all && new Bucket(all, clock());
  }

  /**
   * Whether a client may have some more.
   *
   * @param network the client's (`clientNetwork`)
   */
  isOpen(network: string): boolean {
    const now = this.#clock();
    return this.#bucket(network, now).isOpen(now) && (this.#all?.isOpen(now) ?? true);
  }

  /** Charges a client after the response. */
  charge(network: string, cost: number): void {
    this.#bucket(network, this.#clock()).charge(cost);
    this.#all?.charge(cost);
  }

  /** Takes one for a client. @returns whether there was one */
  take(network: string): boolean {
    const open = this.isOpen(network);
    if (open) this.charge(network, 1);
    return open;
  }

  #bucket(network: string, now: number): Bucket {
    const known = this.#networks.get(network);
    if (known !== undefined) return known;
    const made = new Bucket(network === unknownNetwork ? this.#unknown : this.#network, now);
    this.#networks.set(network, made);
    return made;
  }
}
