import { StoreError, TransientError } from "../store-error";

/** What a server says about a failure that may pass. */
export interface TemporaryFailure {
  readonly fault: "throttled" | "transient";
  /** The pause that it asks for, in milliseconds. */
  readonly after: number | undefined;
  /** That asks for it, `HOST` or `HOST:PORT`. */
  readonly host: string;
}

/** The longest pause that a server may request, in milliseconds. */
const longestPause = 60_000;

/** The error of a failure that is worth another attempt; a permanent one if the server wants too long a pause before that. */
export function createTemporaryFailure(message: string, { fault, after, host }: TemporaryFailure): StoreError {
  if (after === undefined || after <= longestPause) {
    return new TransientError(`${message}: try again later`, after, fault, host);
  }
  return new StoreError(`${message}: try again in ${Math.ceil(after / 60_000)} minutes, as it asks`, fault);
}
