import { isLoopbackHost } from "../../networks/loopback";
import { unlessAborted } from "./unless-aborted";

/** How much is asked of one host at the same time. */
export interface HostLimit {
  /** Requests in progress, until their answer begins; uploads count apart from the others. */
  readonly concurrent: number;
  /** Requests that may start in a second. */
  readonly perSecond: number;
}

/** How time passes. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  wait(milliseconds: number): Promise<unknown>;
}

/**
 * Whether a request sends a body. Such a request may itself wait for reads of the same host, so that it must never take their
 * place.
 */
export type Lane = "upload" | "other";

/**
 * The usual limit. Artifact Registry permits 60,000 requests a minute per project and region (its quota page); kpromo was throttled
 * there well below that, and sends 50 a second (promo-tools, `ratelimit`).
 */
const usualLimit: HostLimit = { concurrent: 48, perSecond: 200 };

/** Servers on this machine are tests and trials, which have no quota. */
function findUsualLimit(host: string): HostLimit {
  const { hostname } = new URL(`http://${host}`);
  return isLoopbackHost(hostname) ? { ...usualLimit, perSecond: Number.POSITIVE_INFINITY } : usualLimit;
}

/** The state of one host. */
interface Host {
  readonly limit: HostLimit;
  readonly busy: Record<Lane, number>;
  readonly waiting: Record<Lane, (() => void)[]>;
  /** When the next request may start, in milliseconds; earlier by up to a second's worth of requests after a quiet time. */
  next: number;
  /** Ends when all pauses that were requested have passed. */
  pause: Promise<unknown> | undefined;
}

/**
 * Limits of requests by host, shared by everything in a process that talks to it: all repositories of a registry, all objects of a
 * bucket. A host that asks for a pause gets it from all of them.
 */
export class HostLimits {
  readonly #limitOf: (host: string) => HostLimit;
  readonly #clock: Clock;
  readonly #hosts = new Map<string, Host>();

  /**
   * @param limitOf the limit of a host, `HOST` or `HOST:PORT`. @default {@link usualLimit}, without a rate on loopback
   * @param clock @default the real one
   */
  constructor(limitOf: (host: string) => HostLimit = findUsualLimit, clock: Clock = realClock) {
    this.#limitOf = limitOf;
    this.#clock = clock;
  }

  /**
   * Sends a request when the host's limits allow it.
   *
   * @throws what `send` throws; the reason of the signal
   */
  async run<T>(host: string, lane: Lane, send: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const state = this.#stateOf(host);
    await this.#enter(state, lane);
    try {
      if (state.pause) await unlessAborted(() => this.#endOfPause(state), signal);
      await this.#keepRate(state);
      signal?.throwIfAborted();
      return await send();
    } finally {
      this.#leave(state, lane);
    }
  }

  /**
   * Starts no request to a host until a wait has ended, and waits as well.
   *
   * @param wait starts the wait. @throws what it throws
   */
  async pause(host: string, wait: () => Promise<unknown>): Promise<void> {
    const state = this.#stateOf(host);
    const own = wait();
    const all = Promise.allSettled([state.pause, own]).then(() => {
      if (state.pause === all) state.pause = undefined;
    });
    state.pause = all;
    await own;
    await all;
  }

  async #endOfPause(state: Host): Promise<void> {
    while (state.pause) await state.pause;
  }

  #stateOf(host: string): Host {
    const known = this.#hosts.get(host);
    if (known) return known;
    const state: Host = {
      limit: this.#limitOf(host),
      busy: { upload: 0, other: 0 },
      waiting: { upload: [], other: [] },
      next: 0,
      pause: undefined,
    };
    this.#hosts.set(host, state);
    return state;
  }

  async #enter({ limit, busy, waiting }: Host, lane: Lane): Promise<void> {
    if (busy[lane] < limit.concurrent) busy[lane] += 1;
    else await new Promise<void>((resolve) => waiting[lane].push(resolve));
  }

  /** Gives the place to the next one, or frees it. */
  #leave({ busy, waiting }: Host, lane: Lane): void {
    const next = waiting[lane].shift();
    if (next) next();
    else busy[lane] -= 1;
  }

  /** A token bucket that holds a second's worth of requests. */
  async #keepRate(state: Host): Promise<void> {
    const now = this.#clock.now();
    const apart = 1_000 / state.limit.perSecond;
    const start = Math.max(state.next, now - 1_000 + apart);
    state.next = start + apart;
    if (start > now) await this.#clock.wait(start - now);
  }
}

const realClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** The limits of this process. */
export const hostLimits = new HostLimits();
