import { setTimeout as pause } from "node:timers/promises";
import { TransientError } from "../store-error";

/** Waits a number of milliseconds. Rejects with the reason of the signal. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;

/** Waits by a timer. */
export const waitByTimer: Wait = async (milliseconds, signal) => {
  try {
    await pause(milliseconds, undefined, { ...(signal && { signal }) });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
};

/** The usual pauses before the second and later attempts, in milliseconds. */
const usualPauses: readonly number[] = [1_000, 2_000, 4_000, 8_000];

/**
 * Does work that may fail temporarily, once more than there are pauses.
 *
 * @param work is given the number of earlier attempts
 * @param rest makes the pause after a failure. @param usual the pause if the server names none, in milliseconds
 * @param pauses before the second and later attempts, in milliseconds, unless the server names one. @default 1, 2, 4 and 8 seconds
 * @throws the error of the last attempt, or the first that is not temporary; what `rest` throws
 */
export async function retry<T>(
  work: (earlier: number) => Promise<T>,
  rest: (error: TransientError, usual: number) => Promise<unknown>,
  pauses = usualPauses,
): Promise<T> {
  for (const [earlier, usual] of pauses.entries()) {
    try {
      return await work(earlier);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      await rest(error, usual);
    }
  }
  return work(pauses.length);
}
