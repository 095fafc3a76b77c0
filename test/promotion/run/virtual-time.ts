import type { LeaseClock } from "../../../promotion/run/lease-clock";

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Time that passes only when everybody waits. */
export class VirtualTime {
  time = 0;
  /** Called after each step, when nothing moves. */
  onStep: () => void = () => undefined;
  readonly #timers = new Set<Timer>();

  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stop = () => {
        this.#timers.delete(timer);
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const timer = { at: this.time + Math.max(0, milliseconds), fire: stop };
      this.#timers.add(timer);
      if (signal?.aborted) stop();
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** A clock that runs at another speed, from another start. */
  clock(speed = 1, start = 0): LeaseClock {
    const now = () => start + this.time * speed;
    return { now, wall: now, wait: (milliseconds, signal) => this.wait(milliseconds / speed, signal) };
  }

  /** Lets time pass. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    while (true) {
      await settle();
      this.onStep();
      const next = [...this.#timers].sort((one, other) => one.at - other.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.fire();
    }
    this.time = end;
  }
}

/** Lets everything that needs no time happen: streams take several turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}
