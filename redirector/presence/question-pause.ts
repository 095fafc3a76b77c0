/** The first pause if the mirror names no time, in milliseconds; doubled each time the mirror still wants fewer questions. */
export const shortestPause = 1_000;
/** The longest pause, in milliseconds, even if the mirror wants a longer one. */
export const longestPause = 300_000;

/** When a mirror that wants fewer questions may be asked again. */
export class QuestionPause {
  readonly #clock: () => number;
  #until = 0;
  #next = shortestPause;
  #isDoubted = false;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Whether there is a pause now. */
  get isOn(): boolean {
    return this.#clock() < this.#until;
  }

  /** Whether it began at a name that a client chose, so that a check of our own must confirm it. */
  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /**
   * Begins a pause; a current one continues as it is.
   *
   * @param retryAfter the value of `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3)
   * @param isDoubted whether the mirror may want it for one name only
   */
  begin(retryAfter: string | undefined, isDoubted: boolean): void {
    if (this.isOn) return;
    const now = this.#clock();
    const requested = parseRetryAfter(retryAfter, now) ?? this.#next;
    this.#until = now + Math.min(longestPause, Math.max(shortestPause, requested));
    this.#next = Math.min(longestPause, 2 * this.#next);
    this.#isDoubted = isDoubted;
  }

  /** A check of our own got the same answer. */
  confirm(): void {
    this.#isDoubted = false;
  }

  /** The mirror answers again. A current pause continues. */
  end(): void {
    this.#next = shortestPause;
  }

  /** The mirror did not want a pause. */
  lift(): void {
    this.#until = 0;
    this.#next = shortestPause;
  }
}

/** Milliseconds from now. */
function parseRetryAfter(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : date - now;
}
