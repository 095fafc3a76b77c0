import { describeFetchFailure } from "../../networks/describe-fetch-failure";
import { originGaps } from "../../routing/origin-gaps";
import { decodeRoutingTable, type RoutingTable } from "../../routing/routing-table";
import { findTableProblem, type ReplaceableContent } from "./find-table-problem";
import { findTrialProblem } from "./find-trial-problem";
import { type TableSource, tableTimeout } from "./table-source";

/**
 * The outcome of reading the source once, for logs and metrics:
 *
 * - `loaded`: a new table is in force;
 * - `unchanged`: the source has no new table;
 * - `refused`: the source's table, which may have been read earlier, is broken, older or suspicious; the table in force stays;
 * - `unreachable`: the source could not be read; the table in force stays.
 */
export type TableEvent =
  | { readonly outcome: "loaded"; readonly source: string; readonly table: RoutingTable }
  | { readonly outcome: "unchanged"; readonly source: string }
  | { readonly outcome: "refused" | "unreachable"; readonly source: string; readonly words: string };

/** A problem with the source. */
export interface TableProblem {
  /** When it was first seen; unchanged as long as the problem persists. */
  readonly at: Date;
  readonly words: string;
}

/** The dependencies of a live table. */
export interface LiveTableOptions {
  /** @default none: the first table stays */
  readonly source?: TableSource;
  /** Milliseconds since 1970. @default the machine's clock */
  readonly now?: () => number;
  /** From 0 to 1, exclusive. @default Math.random */
  readonly random?: () => number;
  /** Changes a table before it is in force. @default no change */
  readonly prepare?: (table: RoutingTable) => RoutingTable;
  /** Called after every reading of the source. Must not throw. */
  readonly report: (event: TableEvent) => void;
}

/** How often the source is read, in milliseconds: soon enough for a change of mirrors. */
const usualPeriod = 60_000;
/** The same while a fallback is in force, which sends every client to the origin. */
const fallbackPeriod = 5_000;
/** The share of the period by which it varies to either side, so that redirectors do not all read at the same time. */
const jitter = 0.1;

/** A timer that is later than this, in milliseconds, shows that the process was frozen. */
const latestTimer = 5_000;

/** After this many milliseconds a redirector is ready even with a fallback table: the source may be down for hours. */
export const loadingLimit = 10_000;

/** Why a reading was ended: its result is no longer needed. */
const stopped = new Error("stopped");

function summarize(table: RoutingTable): ReplaceableContent {
  const { content, answering } = table;
  return { ...content, answering, missing: originGaps(table).map(({ kind }) => kind) };
}

function addProblem(problem: TableProblem | undefined, now: number, words: string): TableProblem {
  return { at: problem?.at ?? new Date(now), words };
}

/**
 * Holds the routing table in force, and replaces it when its source has a new one. {@link current} is always a complete
 * table, the old or the new one, and never waits. A source that is gone, or has a table in which {@link findTableProblem}
 * finds a problem, changes only {@link lastProblem}.
 */
export class LiveTable {
  readonly #source: TableSource | undefined;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #report: (event: TableEvent) => void;
  readonly #prepare: (table: RoutingTable) => RoutingTable;
  #current: RoutingTable;
  #loadedAt: Date;
  /** Its words, and those of the next field, do not name the source. */
  #refused: TableProblem | undefined;
  #unreachable: TableProblem | undefined;
  #dueAt = 0;
  #refreshing: Promise<TableEvent | undefined> | undefined;
  #reading: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStarted = false;
  #isStopped = false;

  /** @param first the table in force until the source has another: a redirector can start without a network */
  constructor(first: RoutingTable, options: LiveTableOptions) {
    const { source, now = Date.now, random = Math.random, report, prepare = (table) => table } = options;
    this.#current = first;
    this.#source = source;
    this.#now = now;
    this.#random = random;
    this.#report = report;
    this.#prepare = prepare;
    this.#loadedAt = new Date(now());
  }

  /** The table in force. */
  get current(): RoutingTable {
    return this.#current;
  }

  /** When it came into force here. */
  get loadedAt(): Date {
    return this.#loadedAt;
  }

  /** Whether it is too early for clients: a fallback is in force, and the live table may arrive in a moment. */
  get isLoading(): boolean {
    if (this.#source === undefined || !this.#current.content.fallback) return false;
    return this.#now() - this.#loadedAt.getTime() < loadingLimit;
  }

  /** Why the source's table is not in force, until one is loaded; or why the source cannot be read, until it can. */
  get lastProblem(): TableProblem | undefined {
    const problem = this.#unreachable ?? this.#refused;
    return problem && { at: problem.at, words: `${this.#source?.name}: ${problem.words}` };
  }

  /** Whether the last attempt could not reach the source. */
  get isUnreachable(): boolean {
    return this.#unreachable !== undefined;
  }

  /**
   * Reads the source now, and then about every minute until {@link stop}; every five seconds while a fallback is in force. Does
   * not keep the process alive.
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
  refresh(): Promise<TableEvent | undefined> {
    if (this.#source === undefined || this.#isStopped) return Promise.resolve(undefined);
    this.#refreshing ??= this.#readAndReport(this.#source).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Stops reading permanently. The table in force stays. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#reading?.abort(stopped);
  }

  /** Resolves when no read in progress keeps the process alive. Never rejects. */
  async idle(): Promise<void> {
    await this.#source?.idle?.();
  }

  async #poll(): Promise<void> {
    await this.refresh();
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#poll(), this.#period());
    this.#timer.unref();
  }

  #period(): number {
    const period = this.#current.content.fallback ? fallbackPeriod : usualPeriod;
    return period * (1 - jitter + 2 * jitter * this.#random());
  }

  async #readAndReport(source: TableSource): Promise<TableEvent | undefined> {
    const startedAt = this.#now();
    this.#dueAt = startedAt + this.#period();
    const event = await this.#read(source).then(
      (bytes) => this.#examine(source.name, bytes),
      (error: unknown) => this.#recordFailure(source.name, error, startedAt),
    );
    if (event?.outcome === "loaded") this.#dueAt = startedAt + this.#period();
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

  #examine(source: string, bytes: Uint8Array | undefined): TableEvent {
    this.#unreachable = undefined;
    if (bytes === undefined) return this.#reportUnchanged(source);
    const offered = this.#checkTable(bytes);
    if (typeof offered === "string") {
      this.#refused = addProblem(this.#refused, this.#now(), offered);
      return { outcome: "refused", source, words: offered };
    }
    this.#refused = undefined;
    if (offered.checksum === this.#current.checksum) return { outcome: "unchanged", source };
    this.#current = offered;
    this.#loadedAt = new Date(this.#now());
    return { outcome: "loaded", source, table: offered };
  }

  /** A source returns the same bytes only once: what was refused is still what it has. */
  #reportUnchanged(source: string): TableEvent {
    if (this.#refused === undefined) return { outcome: "unchanged", source };
    return { outcome: "refused", source, words: this.#refused.words };
  }

  /** The table in the bytes, or why it is refused. */
  #checkTable(bytes: Uint8Array): RoutingTable | string {
    try {
      const table = this.#prepare(decodeRoutingTable(bytes));
      return (
        findTableProblem(summarize(this.#current), summarize(table), this.#now()) ?? findTrialProblem(table) ?? table
      );
    } catch (error) {
      return describeFetchFailure(error);
    }
  }

  /**
   * When a frozen process wakes, its connections are dead and its timeout has expired. That proves nothing about the source: it is
   * read again with the next request.
   */
  #recordFailure(source: string, error: unknown, startedAt: number): TableEvent | undefined {
    if (this.#isStopped) return undefined;
    if (this.#now() - startedAt > tableTimeout + latestTimer) {
      this.#dueAt = 0;
      return undefined;
    }
    const words = describeFetchFailure(error);
    this.#unreachable = addProblem(this.#unreachable, this.#now(), words);
    return { outcome: "unreachable", source, words };
  }
}
