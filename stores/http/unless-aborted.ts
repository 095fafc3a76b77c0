/**
 * Waits for something that takes no signal.
 *
 * @param wait may go on after the end, when nobody waits for it any more
 * @throws the reason of the signal, as soon as it is aborted; what `wait` throws
 */
export async function unlessAborted<T>(wait: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return wait();
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([wait(), aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
