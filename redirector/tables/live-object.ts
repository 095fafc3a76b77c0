import { describeFetchFailure } from "../../networks/describe-fetch-failure";
import { isMissing, type TableSource, tableTimeout } from "./table-source";

/**
 * The outcome of reading the source once, for logs and metrics:
 *
 * - `loaded`: a new object is in force;
 * - `unchanged`: the source has no new object;
 * - `refused`: the source's object, which may have been read earlier, is broken, older or suspicious; the one in force stays;
 * - `missing`: the source has none, nor had it one before;
 * - `unreachable`: the source could not be read; the object in force stays.
 */
export type LiveEvent<Loaded> =
  | { readonly outcome: "loaded"; readonly source: string; readonly loaded: Loaded }
  | { readonly outcome: "unchanged"; readonly source: string }
  | { readonly outcome: "refused" | "missing" | "unreachable"; readonly source: string; readonly words: string };

/** A problem with the source. */
export interface SourceProblem {
  /** When it was first seen; unchanged as long as the problem persists. */
  readonly at: Date;
  readonly words: string;
}

/** The dependencies of a live object. */
export interface LiveObjectOptions<Loaded> {
  /** @default none: the first object stays */
  readonly source?: TableSource;
  /** Milliseconds since 1970. @default the machine's clock */
  readonly now?: () => number;
  /** From 0 to 1, exclusive. @default Math.random */
  readonly random?: () => number;
  /** Called after every reading of the source. Must not throw. */
  readonly report: (event: LiveEvent<Loaded>) => void;
}

/** How often a source is read, in milliseconds: soon enough for a change of mirrors. */
export const usualPeriod = 60_000;
/** The share of the period by which it varies to either side, so that redirectors do not all read at the same time. */
const jitter = 0.1;

/** A timer that is later than this, in milliseconds, shows that the process was frozen. */
const latestTimer = 5_000;

/** Why a reading was ended: its result is no longer needed. */
const stopped = new Error("stopped");

function addProblem(problem: SourceProblem | undefined, now: number, words: string): SourceProblem {
  return { at: problem?.at ?? new Date(now), words };
}

/**
 * Holds an object in force, such as the routing table, and replaces it when its source has a new one. {@link current} is always
 * complete, the old or the new one, and never waits. A source that is gone, or has an object that {@link check} refuses, changes
 * only {@link lastProblem}.
 */
export abstract class LiveObject<Loaded extends { readonly checksum: string }, First extends Loaded | undefined> {
  readonly #source: TableSource | undefined;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #report: (event: LiveEvent<Loaded>) => void;
  #current: Loaded | First;
  #loadedAt: Date;
  /** Its words, and those of the next field, do not name the source. */
  #refused: SourceProblem | undefined;
  #unreachable: SourceProblem | undefined;
  #dueAt = 0;
  #refreshing: Promise<LiveEvent<Loaded> | undefined> | undefined;
  #reading: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStarted = false;
  #isStopped = false;

  /** @param first the object in force until the source has another: a redirector can start without a network */
  constructor(first: First, options: LiveObjectOptions<Loaded>) {
    const { source, now = Date.now, random = Math.random, report } = options;
    this.#current = first;
    this.#source = source;
    this.#now = now;
    this.#random = random;
    this.#report = report;
    this.#loadedAt = new Date(now());
  }

  /** The object in force. */
  get current(): Loaded | First {
    return this.#current;
  }

  /** When it came into force here. */
  get loadedAt(): Date {
    return this.#loadedAt;
  }

  /** Why the source's object is not in force, until one is loaded; or why the source cannot be read, until it can. */
  get lastProblem(): SourceProblem | undefined {
    const problem = this.#unreachable ?? this.#refused;
    return problem && { at: problem.at, words: `${this.#source?.name}: ${problem.words}` };
  }

  /** Whether the last attempt could not reach the source. */
  get isUnreachable(): boolean {
    return this.#unreachable !== undefined;
  }

  /**
   * Reads the source now, and then about every minute until {@link stop}. Does not keep the process alive.
   */
  start(): void {
    if (this.#isStarted || this.#source === undefined) return;
    this.#isStarted = true;
    void this.#poll();
  }

  /**
   * Reads the source if the last time was about a minute ago: for platforms that freeze a process between requests, where timers
   * do not run. Callers need not wait: the answer may arrive while a later request is served.
   *
   * @returns when the source was read; at once if it is too early. Never rejects.
   */
  async refreshIfDue(): Promise<void> {
    if (this.#source !== undefined && this.#now() >= this.#dueAt) await this.refresh();
  }

  /**
   * Reads the source now; calls during a reading share its result. Never rejects.
   *
   * @returns the reported event; undefined if there is no source, the process was frozen while it waited, or it was stopped
   */
  refresh(): Promise<LiveEvent<Loaded> | undefined> {
    if (this.#source === undefined || this.#isStopped) return Promise.resolve(undefined);
    this.#refreshing ??= this.#readAndReport(this.#source).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Stops reading permanently. The object in force stays. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#reading?.abort(stopped);
  }

  /** Resolves when no read in progress keeps the process alive. Never rejects. */
  async idle(): Promise<void> {
    await this.#source?.idle?.();
  }

  /** The object in the bytes, or why it is refused. @throws Error if the bytes are not such an object */
  protected abstract check(bytes: Uint8Array, now: number): Loaded | string;

  /** How often the source is read, in milliseconds. */
  protected get period(): number {
    return usualPeriod;
  }

  /** The time, in milliseconds since 1970. */
  protected get now(): number {
    return this.#now();
  }

  /** Whether there is a source. */
  protected get hasSource(): boolean {
    return this.#source !== undefined;
  }

  async #poll(): Promise<void> {
    await this.refresh();
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#poll(), this.#drawPeriod());
    this.#timer.unref();
  }

  #drawPeriod(): number {
    return this.period * (1 - jitter + 2 * jitter * this.#random());
  }

  async #readAndReport(source: TableSource): Promise<LiveEvent<Loaded> | undefined> {
    const startedAt = this.#now();
    this.#dueAt = startedAt + this.#drawPeriod();
    const event = await this.#read(source).then(
      (bytes) => this.#examine(source.name, bytes),
      (error: unknown) => this.#recordFailure(source.name, error, startedAt),
    );
    if (event?.outcome === "loaded") this.#dueAt = startedAt + this.#drawPeriod();
    if (event !== undefined) this.#report(event);
    return event;
  }

  /** Reads within the timeout, even from a source that ignores its signal. */
  async #read(source: TableSource): Promise<Uint8Array | undefined> {
    const reading = new AbortController();
    this.#reading = reading;
    const seconds = tableTimeout / 1000;
    const late = new Error(`it did not answer in full within ${seconds} s`);
    const timer = setTimeout(() => reading.abort(late), tableTimeout);
    timer.unref();
    const ended = new Promise<never>((_, reject) => {
      reading.signal.addEventListener("abort", () => reject(reading.signal.reason));
    });
    try {
      return await Promise.race([source.read(reading.signal), ended]);
    } finally {
      clearTimeout(timer);
    }
  }

  #examine(source: string, bytes: Uint8Array | undefined): LiveEvent<Loaded> {
    this.#unreachable = undefined;
    if (bytes === undefined) return this.#reportUnchanged(source);
    const offered = this.#check(bytes);
    if (typeof offered === "string") {
      this.#refused = addProblem(this.#refused, this.#now(), offered);
      return { outcome: "refused", source, words: offered };
    }
    this.#refused = undefined;
    if (offered.checksum === this.#current?.checksum) return { outcome: "unchanged", source };
    this.#current = offered;
    this.#loadedAt = new Date(this.#now());
    return { outcome: "loaded", source, loaded: offered };
  }

  /** A source returns the same bytes only once: what was refused is still what it has. */
  #reportUnchanged(source: string): LiveEvent<Loaded> {
    if (this.#refused === undefined) return { outcome: "unchanged", source };
    return { outcome: "refused", source, words: this.#refused.words };
  }

  #check(bytes: Uint8Array): Loaded | string {
    try {
      return this.check(bytes, this.#now());
    } catch (error) {
      return describeFetchFailure(error);
    }
  }

  /**
   * When a frozen process wakes, its connections are dead and its timeout has expired. That proves nothing about the source: it is
   * read again with the next request.
   */
  #recordFailure(source: string, error: unknown, startedAt: number): LiveEvent<Loaded> | undefined {
    if (this.#isStopped) return undefined;
    if (this.#now() - startedAt > tableTimeout + latestTimer) {
      this.#dueAt = 0;
      return undefined;
    }
    const words = describeFetchFailure(error);
    if (this.#current === undefined && isMissing(error)) {
      this.#unreachable = undefined;
      return { outcome: "missing", source, words };
    }
    this.#unreachable = addProblem(this.#unreachable, this.#now(), words);
    return { outcome: "unreachable", source, words };
  }
}
