/** How long the first pause is if the mirror gives no time, in milliseconds; doubled each time that it still wants fewer questions. */
export const SHORTEST_PAUSE = 1_000;
/** The longest pause, in milliseconds, whatever the mirror asks for. */
export const LONGEST_PAUSE = 300_000;

/** When a mirror that wants fewer questions may be asked again. */
export class QuestionPause {
  readonly #clock: () => number;
  #until = 0;
  #next = SHORTEST_PAUSE;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Whether there is a pause now. */
  get isOn(): boolean {
    return this.#clock() < this.#until;
  }

  /** @param retryAfter the value of `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3) */
  begin(retryAfter: string | undefined): void {
    if (this.isOn) return;
    const now = this.#clock();
    const asked = millisecondsOf(retryAfter, now) ?? this.#next;
    this.#until = now + Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, asked));
    this.#next = Math.min(LONGEST_PAUSE, 2 * this.#next);
  }

  /** The mirror answers again. A current pause continues. */
  end(): void {
    this.#next = SHORTEST_PAUSE;
  }

  /** The pause was not what the mirror wanted. */
  lift(): void {
    this.#until = 0;
    this.#next = SHORTEST_PAUSE;
  }
}

function millisecondsOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : date - now;
}
