/** Closed: the mirror is well. Open: it is left alone. Probing: it is left alone but for one question, which is on its way. */
export type BreakerState = "closed" | "open" | "probing";

/** How many troubles in a row open a breaker (issue 4, section 1, leaves the number open): one may be anybody's, three are the mirror's. */
export const TROUBLES_TO_OPEN = 3;
/** How long a mirror is left alone at first, in milliseconds. Doubled by every probe that fails. */
export const SHORTEST_WAIT = 5_000;
/** How long a mirror is left alone at most, in milliseconds. */
export const LONGEST_WAIT = 300_000;

/** One question to the mirror, from which the breaker learns. */
export interface Trial {
  /** No answer yet, and it should be there: counted at once, and taken back by an answer that is not overdue. */
  slow(words: string): void;
  /** An answer that comes now is too late to show that the mirror is well. */
  overdue(words: string): void;
  /** The mirror answered, and the answer is of use. */
  answered(): void;
  /** The mirror failed: the words go after "the mirror", as in "answered HEAD with status 503". */
  failed(words: string): void;
  /** Nothing was learned of the mirror: the question was withdrawn, or the process was frozen meanwhile. */
  abandoned(): void;
}

/**
 * Decides from the outcome of questions whether a mirror is left alone. Three troubles in a row open it. Questions that
 * were on their way together count as one: a new connection takes three round trips (TCP, TLS, HTTP), and a burst of
 * first questions to a mirror that is merely far must not look like three failures.
 */
export class CircuitBreaker {
  readonly #clock: () => number;
  readonly #changed: (breaker: CircuitBreaker) => void;
  #state: BreakerState = "closed";
  #since: number;
  #trouble: string | undefined;
  #troubles = 0;
  /** Grows with every trouble that is counted: what a question saw at its beginning tells whether it is news. */
  #evidence = 0;
  #wait = SHORTEST_WAIT;
  #probeFrom = 0;
  #lost = false;

  /**
   * @param clock milliseconds since 1970
   * @param changed called after every change of state
   */
  constructor(clock: () => number, changed: (breaker: CircuitBreaker) => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#since = clock();
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** When it opened, or closed, last; milliseconds since 1970. A probe does not change it. */
  get since(): number {
    return this.#since;
  }

  /** The last trouble, after its time in ISO 8601; kept when the mirror is well again. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Whether it is open and the wait is over. */
  get probeDue(): boolean {
    return this.#state === "open" && this.#clock() >= this.#probeFrom;
  }

  /** Whether the last probe told nothing: where processes are frozen, one that nobody waits for may never do so. */
  get probeLost(): boolean {
    return this.#lost;
  }

  /** Begins a question; while the breaker is open, it is the probe. */
  begin(): Trial {
    if (this.#state !== "open") return this.#trial(this.#evidence);
    this.#become("probing");
    return this.#probe();
  }

  #trial(seen: number): Trial {
    let counted = false;
    let overdue = false;
    const count = (words: string): void => {
      if (!counted) this.#count(words, seen);
      counted = true;
    };
    return {
      slow: count,
      overdue: () => {
        overdue = true;
      },
      answered: () => {
        if (!overdue) this.#close();
      },
      failed: count,
      abandoned: () => {},
    };
  }

  #probe(): Trial {
    let settled = false;
    const settle = (outcome: () => void): void => {
      if (!settled && this.#state === "probing") outcome();
      settled = true;
    };
    const fail = (words: string): void => settle(() => this.#reopen(words));
    return {
      slow: () => {},
      overdue: fail,
      answered: () => settle(() => this.#close()),
      failed: fail,
      abandoned: () =>
        settle(() => {
          this.#lost = true;
          this.#become("open");
        }),
    };
  }

  #count(words: string, seen: number): void {
    if (this.#state !== "closed" || seen !== this.#evidence) return;
    this.#evidence++;
    this.#troubles++;
    this.#note(words);
    if (this.#troubles >= TROUBLES_TO_OPEN) this.#open();
  }

  #note(words: string): void {
    this.#trouble = `${new Date(this.#clock()).toISOString()} ${words}`;
  }

  #open(): void {
    this.#wait = SHORTEST_WAIT;
    this.#since = this.#clock();
    this.#probeFrom = this.#since + this.#wait;
    this.#become("open");
  }

  #reopen(words: string): void {
    this.#note(words);
    this.#lost = false;
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    this.#probeFrom = this.#clock() + this.#wait;
    this.#become("open");
  }

  #close(): void {
    this.#troubles = 0;
    if (this.#state === "closed") return;
    this.#lost = false;
    this.#since = this.#clock();
    this.#become("closed");
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#changed(this);
  }
}
