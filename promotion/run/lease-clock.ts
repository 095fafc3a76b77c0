/** The time, as a lease measures it. */
export interface LeaseClock {
  /** Milliseconds, from any start; it never goes back. */
  now(): number;
  /** Milliseconds since 1970: it goes on while a machine is suspended, and may jump. */
  wall(): number;
  /** Resolves after a number of milliseconds, or when the signal aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** This machine's clock. */
export const machineClock: LeaseClock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const timer = setTimeout(stop, milliseconds);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
