/** Closed: the mirror is well. Open: it is left alone. Probing: it is left alone but for one question, which is on its way. */
export type BreakerState = "closed" | "open" | "probing";

/**
 * How many witnesses of trouble open a breaker: one may be mistaken, three are probably right. A client network is one witness
 * however often it asks, since it chooses at which names a mirror fails; each of our own checks is one.
 */
export const troublesToOpen = 3;
/** How long a mirror is left alone at first, in milliseconds. Doubled by every probe that fails. */
export const shortestWait = 5_000;
/** How long a mirror is left alone at most, in milliseconds. */
export const longestWait = 300_000;

/** A mirror's trouble: when, in milliseconds since 1970, and what it did, as in "answered HEAD with status 503". */
export interface MirrorTrouble {
  readonly at: number;
  readonly words: string;
}

/** One question to the mirror, from which the breaker learns. */
export interface Trial {
  /** The answer is late: counted at once, and undone when an answer comes. */
  slow(words: string): void;
  /** The mirror answered in time, and the answer is useful. */
  answered(): void;
  /** The mirror failed: the words go after "the mirror", as in "answered HEAD with status 503". */
  failed(words: string): void;
  /** Nothing was learned of the mirror: the question was withdrawn, or the process was frozen meanwhile. */
  abandoned(): void;
}

/** What a breaker needs besides the outcome of questions. */
export interface BreakerOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Called after every change of state. */
  readonly changed: (breaker: CircuitBreaker) => void;
  /**
   * Called when enough clients saw trouble but none of our own checks did, to start a check: clients choose what they
   * ask for, and one person may have addresses in three networks.
   *
   * @returns whether a check will run; without one the clients are believed. @default no check can run
   */
  readonly confirm?: () => boolean;
}

/**
 * Decides from the outcome of questions whether a mirror gets clients and questions. Three witnesses of trouble, without a
 * useful answer in between, open it; if a check of our own is possible, one must be among them. Simultaneous questions
 * count as one: a new connection takes three round trips (TCP, TLS, HTTP), and a burst of first questions to a distant
 * mirror must not look like three failures.
 */
export class CircuitBreaker {
  readonly #clock: () => number;
  readonly #changed: (breaker: CircuitBreaker) => void;
  readonly #confirm: () => boolean;
  #state: BreakerState = "closed";
  #since: number;
  #trouble: MirrorTrouble | undefined;
  #troubles = 0;
  /** Whether enough clients saw trouble, and a check of our own must decide. */
  #suspected = false;
  /** The client networks among the witnesses. */
  readonly #witnesses = new Set<string>();
  /** Grows with every trouble that is counted: what a question saw at its beginning tells whether it is news. */
  #evidence = 0;
  #wait = shortestWait;
  #probeFrom = 0;
  #lost = false;

  constructor({ clock, changed, confirm = () => false }: BreakerOptions) {
    this.#clock = clock;
    this.#changed = changed;
    this.#confirm = confirm;
    this.#since = clock();
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** When it opened, or closed, last; milliseconds since 1970. A probe does not change it. */
  get since(): number {
    return this.#since;
  }

  /** The last trouble; kept when the mirror is well again. */
  get trouble(): MirrorTrouble | undefined {
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

  /** Whether a client network saw trouble, with no useful answer since, while the breaker is closed. */
  isDoubtedBy(network: string): boolean {
    return this.#state === "closed" && this.#witnesses.has(network);
  }

  /**
   * Begins a question; while the breaker is open, it is the probe.
   *
   * @param network of the client whose name is asked for; undefined for a check of our own
   */
  begin(network?: string): Trial {
    if (this.#state !== "open") return this.#trial(this.#evidence, network);
    this.#become("probing");
    return this.#probe(network);
  }

  #trial(seen: number, network: string | undefined): Trial {
    let counted = false;
    const count = (words: string): void => {
      if (!counted && (seen === this.#evidence || this.#confirmedBy(network))) this.#count(words, network);
      counted = true;
    };
    // A check that was lost in a frozen process confirms nothing: the clients are believed, as if no check were possible.
    const abandoned = (): void => {
      if (this.#confirmedBy(network)) this.#open();
    };
    return { slow: count, answered: () => this.#close(), failed: count, abandoned };
  }

  #probe(network: string | undefined): Trial {
    let settled = false;
    const settle = (outcome: () => void): void => {
      if (!settled && this.#state === "probing") outcome();
      settled = true;
    };
    return {
      slow: () => {},
      answered: () => settle(() => this.#close()),
      failed: (words) => settle(() => this.#reopen(words, network)),
      abandoned: () =>
        settle(() => {
          this.#lost = true;
          this.#become("open");
        }),
    };
  }

  #confirmedBy(network: string | undefined): boolean {
    return this.#suspected && network === undefined;
  }

  #count(words: string, network: string | undefined): void {
    if (this.#state !== "closed" || (network !== undefined && this.#witnesses.has(network))) return;
    if (network !== undefined) this.#witnesses.add(network);
    this.#evidence++;
    this.#troubles++;
    this.#trouble = { at: this.#clock(), words };
    if (this.#troubles < troublesToOpen) return;
    const onlyClients = this.#witnesses.size === this.#troubles;
    this.#suspected = onlyClients && (this.#suspected || this.#confirm());
    if (!this.#suspected) this.#open();
  }

  #open(): void {
    this.#suspected = false;
    this.#wait = shortestWait;
    this.#since = this.#clock();
    this.#probeFrom = this.#since + this.#wait;
    this.#become("open");
  }

  /** A name that a client chose is too weak a sign to wait longer. */
  #reopen(words: string, network: string | undefined): void {
    this.#trouble = { at: this.#clock(), words };
    this.#lost = false;
    if (network === undefined) this.#wait = Math.min(2 * this.#wait, longestWait);
    this.#probeFrom = this.#clock() + this.#wait;
    this.#become("open");
  }

  #close(): void {
    this.#troubles = 0;
    this.#suspected = false;
    this.#witnesses.clear();
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
