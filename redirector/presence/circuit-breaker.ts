/** Closed: the mirror is healthy. Open: it gets no clients and no questions. Probing: the same, except one question in progress. */
export type BreakerState = "closed" | "open" | "probing";

/**
 * How many witnesses of failures open a breaker: one may be mistaken, three are probably right. A client network is one witness
 * regardless of the number of its requests, since it can choose names at which a mirror fails; each of our own checks is a witness.
 */
export const failuresToOpen = 3;
/** How long the breaker is open at first, in milliseconds. Each failed probe doubles it. */
export const shortestWait = 5_000;
/** How long the breaker is open at most between two probes, in milliseconds. */
export const longestWait = 300_000;

/** A mirror's failure. */
export interface MirrorFailure {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What the mirror did, as in "answered HEAD with status 503". */
  readonly words: string;
}

/** One question to the mirror. Its outcome goes to the breaker. */
export interface Trial {
  /** The answer is late: counts as a failure at once, until a useful answer comes. */
  recordSlow(words: string): void;
  /** The mirror answered in time, and the answer is useful. */
  recordSuccess(): void;
  /** The mirror failed. The words follow "the mirror", as in "answered HEAD with status 503". */
  recordFailure(words: string): void;
  /** The question is inconclusive: it was withdrawn, or the process was frozen in the meantime. */
  recordAbandoned(): void;
}

/** The dependencies of a breaker. */
export interface BreakerOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Called after every change of state. */
  readonly onChange: (breaker: CircuitBreaker) => void;
  /**
   * Called when enough clients saw failures but none of our own checks did, to start a check: clients choose what they
   * ask for, and one person may have addresses in three networks.
   *
   * @returns whether a check will run; without one the clients are trusted. @default no check can run
   */
  readonly confirm?: () => boolean;
}

/**
 * Decides from the outcomes of questions whether a mirror gets clients and questions. Three witnesses of failures, without a
 * useful answer in between, open it; if a check of our own is possible, it must be one of them. Simultaneous questions
 * count as one: a new connection takes three round trips (TCP, TLS, HTTP), and a burst of first questions to a distant
 * mirror must not look like three failures.
 */
export class CircuitBreaker {
  readonly #clock: () => number;
  readonly #onChange: (breaker: CircuitBreaker) => void;
  readonly #confirm: () => boolean;
  #state: BreakerState = "closed";
  #since: number;
  #lastFailure: MirrorFailure | undefined;
  #failures = 0;
  /** Whether enough clients saw failures, and a check of our own must decide. */
  #suspected = false;
  /** The client networks that saw failures. */
  readonly #witnesses = new Set<string>();
  /** Grows with every failure that is counted. Its value at the start of a question shows whether that question's failure is new. */
  #evidence = 0;
  #wait = shortestWait;
  #probeFrom = 0;
  #isProbeLost = false;

  constructor({ clock, onChange, confirm = () => false }: BreakerOptions) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#confirm = confirm;
    this.#since = clock();
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** When it last opened or closed; milliseconds since 1970. A probe does not change it. */
  get since(): number {
    return this.#since;
  }

  /** The last failure; kept when the mirror is healthy again. */
  get lastFailure(): MirrorFailure | undefined {
    return this.#lastFailure;
  }

  /** Whether it is open and the wait is over. */
  get probeDue(): boolean {
    return this.#state === "open" && this.#clock() >= this.#probeFrom;
  }

  /** Whether the last probe was inconclusive: in a process that is frozen between requests, a probe that no client waits for may always be inconclusive. */
  get probeLost(): boolean {
    return this.#isProbeLost;
  }

  /** Whether a client network saw a failure, with no useful answer since, while the breaker is closed. */
  isDoubtedBy(network: string): boolean {
    return this.#state === "closed" && this.#witnesses.has(network);
  }

  /**
   * Starts a question; while the breaker is open, it is the probe.
   *
   * @param network of the client that asks for the object; undefined for a check of our own
   */
  start(network?: string): Trial {
    if (this.#state !== "open") return this.#startQuestion(this.#evidence, network);
    this.#setState("probing");
    return this.#startProbe(network);
  }

  #startQuestion(seen: number, network: string | undefined): Trial {
    let isCounted = false;
    const count = (words: string): void => {
      if (!isCounted && (seen === this.#evidence || this.#isConfirmedBy(network))) this.#countFailure(words, network);
      isCounted = true;
    };
    // A check that was lost in a frozen process is inconclusive: the clients are trusted, as if no check were possible.
    const recordAbandoned = (): void => {
      if (this.#isConfirmedBy(network)) this.#open();
    };
    return { recordSlow: count, recordSuccess: () => this.#close(), recordFailure: count, recordAbandoned };
  }

  #startProbe(network: string | undefined): Trial {
    let isSettled = false;
    const settle = (outcome: () => void): void => {
      if (!isSettled && this.#state === "probing") outcome();
      isSettled = true;
    };
    return {
      recordSlow: () => {},
      recordSuccess: () => settle(() => this.#close()),
      recordFailure: (words) => settle(() => this.#reopen(words, network)),
      recordAbandoned: () =>
        settle(() => {
          this.#isProbeLost = true;
          this.#setState("open");
        }),
    };
  }

  #isConfirmedBy(network: string | undefined): boolean {
    return this.#suspected && network === undefined;
  }

  #countFailure(words: string, network: string | undefined): void {
    if (this.#state !== "closed" || (network !== undefined && this.#witnesses.has(network))) return;
    if (network !== undefined) this.#witnesses.add(network);
    this.#evidence++;
    this.#failures++;
    this.#lastFailure = { at: this.#clock(), words };
    if (this.#failures < failuresToOpen) return;
    const onlyClients = this.#witnesses.size === this.#failures;
    this.#suspected = onlyClients && (this.#suspected || this.#confirm());
    if (!this.#suspected) this.#open();
  }

  #open(): void {
    this.#suspected = false;
    this.#wait = shortestWait;
    this.#since = this.#clock();
    this.#probeFrom = this.#since + this.#wait;
    this.#setState("open");
  }

  /** A failure at a name that a client chose is too weak as evidence to extend the wait. */
  #reopen(words: string, network: string | undefined): void {
    this.#lastFailure = { at: this.#clock(), words };
    this.#isProbeLost = false;
    if (network === undefined) this.#wait = Math.min(2 * this.#wait, longestWait);
    this.#probeFrom = this.#clock() + this.#wait;
    this.#setState("open");
  }

  #close(): void {
    this.#failures = 0;
    this.#suspected = false;
    this.#witnesses.clear();
    if (this.#state === "closed") return;
    this.#isProbeLost = false;
    this.#since = this.#clock();
    this.#setState("closed");
  }

  #setState(state: BreakerState): void {
    this.#state = state;
    this.#onChange(this);
  }
}
