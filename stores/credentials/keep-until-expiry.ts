/** A secret, and how long it may be used. */
export interface Expiring<T> {
  readonly value: T;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** How long before its end a secret is renewed: a transfer that begins now must still be accepted. Milliseconds. */
const usualMargin = 5 * 60_000;
/** A secret is not used in its last minute: it must still be valid when the request arrives. Milliseconds. */
const lastMinute = 60_000;
/** The pause between attempts to renew a secret that may still be used, in milliseconds. */
const pause = 10_000;

/** Waits for a result that others wait for as well: the signal ends the wait, not the work. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop));
}

/**
 * Keeps a secret until shortly before it expires, and then obtains another one: 5 minutes before, or after three quarters of its
 * life if that is later. Callers at the same time share one request. If a renewal fails, the old secret is used while it lasts.
 *
 * @param now milliseconds since 1970. @default Date.now
 * @returns a function that gives the current secret; it rejects as `obtain` does, or with the reason of its signal
 */
export function keepUntilExpiry<T>(
  obtain: () => Promise<Expiring<T>>,
  now: () => number = Date.now,
): (signal?: AbortSignal) => Promise<T> {
  let kept: (Expiring<T> & { readonly renewAt: number }) | undefined;
  let pending: Promise<T> | undefined;
  let notBefore = 0;
  const renew = async (): Promise<T> => {
    const started = now();
    try {
      const { value, until } = await obtain();
      kept = { value, until, renewAt: until - Math.min(usualMargin, (until - started) / 4) };
      return value;
    } catch (error) {
      if (kept === undefined || now() >= kept.until - lastMinute) throw error;
      notBefore = now() + pause;
      return kept.value;
    }
  };
  return async (signal) => {
    signal?.throwIfAborted();
    const time = now();
    if (kept !== undefined && time < Math.max(kept.renewAt, Math.min(notBefore, kept.until - lastMinute))) {
      return kept.value;
    }
    pending ??= renew().finally(() => {
      pending = undefined;
    });
    return signal === undefined ? pending : untilAborted(pending, signal);
  };
}
