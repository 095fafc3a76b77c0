import { describeFetchFailure } from "../../networks/fetch-failure";
import { originGaps } from "../../routing/origin-gaps";
import { decodeRoutingTable, type RoutingTable } from "../../routing/routing-table";
import { type ReplaceableContent, tableDoubt } from "./table-doubt";
import { type TableSource, tableTimeout } from "./table-source";
import { trialDoubt } from "./table-trial";

/**
 * What came of asking the source once, for logs and metrics:
 *
 * - `loaded`: another table is in force;
 * - `unchanged`: the source has nothing new;
 * - `refused`: what it has is broken, older or suspicious, now or since an earlier time; the table in force stays;
 * - `unreachable`: it could not be asked; the table in force stays.
 */
export type TableEvent =
  | { readonly outcome: "loaded"; readonly source: string; readonly table: RoutingTable }
  | { readonly outcome: "unchanged"; readonly source: string }
  | { readonly outcome: "refused" | "unreachable"; readonly source: string; readonly words: string };

/** What went wrong with the source, and since when. */
export interface TableTrouble {
  /** When it was first met; as long as it stays, so does the time. */
  readonly at: Date;
  readonly words: string;
}

/** What a live table needs. */
export interface LiveTableOptions {
  /** @default none: the first table stays */
  readonly source?: TableSource;
  /** Milliseconds since 1970. @default the machine's clock */
  readonly now?: () => number;
  /** From 0 to 1, exclusive. @default Math.random */
  readonly random?: () => number;
  /** Changes a table before it is in force. @default no change */
  readonly inUse?: (table: RoutingTable) => RoutingTable;
  /** Is told of every time that the source was asked. Must not throw. */
  readonly report: (event: TableEvent) => void;
}

/** How often the source is asked, in milliseconds: soon enough for a change of mirrors. */
const usualPeriod = 60_000;
/** The same while a fallback is in force, which sends every client to the origin. */
const fallbackPeriod = 5_000;
/** The share of the period by which it varies to either side, so that the redirectors of a fleet do not ask at once. */
const jitter = 0.1;

/** So much later than it should a timer goes off only in a process that was frozen, in milliseconds. */
const latestTimer = 5_000;

/** After this many milliseconds a redirector is ready even with a fallback: the source may be down for hours. */
export const loadingLimit = 10_000;

/** Says that a reading was ended because nobody wants it any more. */
const stopped = new Error("stopped");

function replaceable(table: RoutingTable): ReplaceableContent {
  const { content, answering } = table;
  return { ...content, answering, missing: originGaps(table).map(({ kind }) => kind) };
}

function since(trouble: TableTrouble | undefined, now: number, words: string): TableTrouble {
  return { at: trouble?.at ?? new Date(now), words };
}

/**
 * Holds the routing table in force, and exchanges it for a new one when its source has one. Whoever asks for
 * {@link current} gets the old table or the new one, whole, and never waits. A source that is gone, or gives what
 * {@link tableDoubt} speaks against, changes nothing but {@link lastTrouble}.
 */
export class LiveTable {
  readonly #source: TableSource | undefined;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #report: (event: TableEvent) => void;
  readonly #inUse: (table: RoutingTable) => RoutingTable;
  #current: RoutingTable;
  #loadedAt: Date;
  /** Like the next, in words without the source's name. */
  #refused: TableTrouble | undefined;
  #unreachable: TableTrouble | undefined;
  #dueAt = 0;
  #asking: Promise<TableEvent | undefined> | undefined;
  #reading: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStarted = false;
  #isStopped = false;

  /** @param first what is in force until the source has another: so a redirector starts without network */
  constructor(first: RoutingTable, options: LiveTableOptions) {
    const { source, now = Date.now, random = Math.random, report, inUse = (table) => table } = options;
    this.#current = first;
    this.#source = source;
    this.#now = now;
    this.#random = random;
    this.#report = report;
    this.#inUse = inUse;
    this.#loadedAt = new Date(now());
  }

  /** The table in force. */
  get current(): RoutingTable {
    return this.#current;
  }

  /** Since when it is in force here. */
  get loadedAt(): Date {
    return this.#loadedAt;
  }

  /** Whether clients should still be kept away: a fallback is in force, and the live table may arrive in a moment. */
  get isLoading(): boolean {
    if (this.#source === undefined || !this.#current.content.fallback) return false;
    return this.#now() - this.#loadedAt.getTime() < loadingLimit;
  }

  /** Why the source's table is not in force, until one is loaded; or why the source cannot be asked, until it can. */
  get lastTrouble(): TableTrouble | undefined {
    const trouble = this.#unreachable ?? this.#refused;
    return trouble && { at: trouble.at, words: `${this.#source?.name}: ${trouble.words}` };
  }

  /** Whether the last attempt could not reach the source. */
  get isUnreachable(): boolean {
    return this.#unreachable !== undefined;
  }

  /**
   * Asks the source now, and then about every minute until {@link stop}; every five seconds while a fallback is in force. Does
   * not keep the process alive.
   */
  start(): void {
    if (this.#isStarted || this.#source === undefined) return;
    this.#isStarted = true;
    void this.#poll();
  }

  /**
   * Asks the source if the last time is a minute ago, more or less: for platforms that freeze a process between
   * requests, where timers do not run. Nobody must wait for it: the answer may come in while a later request is served.
   *
   * @returns when the source was asked; at once where it is too early. Never rejects.
   */
  async refreshIfDue(): Promise<void> {
    if (this.#source !== undefined && this.#now() >= this.#dueAt) await this.refresh();
  }

  /**
   * Asks the source now; who asks while an answer is awaited awaits the same one. Never rejects.
   *
   * @returns what was reported; undefined where there is no source, the process slept while it waited, or was told to stop
   */
  refresh(): Promise<TableEvent | undefined> {
    if (this.#source === undefined || this.#isStopped) return Promise.resolve(undefined);
    this.#asking ??= this.#ask(this.#source).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Asks no more, for good. The table in force stays. */
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

  async #ask(source: TableSource): Promise<TableEvent | undefined> {
    const startedAt = this.#now();
    this.#dueAt = startedAt + this.#period();
    const event = await this.#read(source).then(
      (bytes) => this.#weigh(source.name, bytes),
      (error: unknown) => this.#missed(source.name, error, startedAt),
    );
    if (event?.outcome === "loaded") this.#dueAt = startedAt + this.#period();
    if (event !== undefined) this.#report(event);
    return event;
  }

  /** Reads within the time that there is, also from a source that does not heed its signal. */
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

  #weigh(source: string, bytes: Uint8Array | undefined): TableEvent {
    this.#unreachable = undefined;
    if (bytes === undefined) return this.#nothingNew(source);
    const offered = this.#offered(bytes);
    if (typeof offered === "string") {
      this.#refused = since(this.#refused, this.#now(), offered);
      return { outcome: "refused", source, words: offered };
    }
    this.#refused = undefined;
    if (offered.checksum === this.#current.checksum) return { outcome: "unchanged", source };
    this.#current = offered;
    this.#loadedAt = new Date(this.#now());
    return { outcome: "loaded", source, table: offered };
  }

  /** A source gives no bytes twice: what was refused is still all that it has. */
  #nothingNew(source: string): TableEvent {
    if (this.#refused === undefined) return { outcome: "unchanged", source };
    return { outcome: "refused", source, words: this.#refused.words };
  }

  /** The table that the bytes are, or why it is not to be in force. */
  #offered(bytes: Uint8Array): RoutingTable | string {
    try {
      const table = this.#inUse(decodeRoutingTable(bytes));
      return tableDoubt(replaceable(this.#current), replaceable(table), this.#now()) ?? trialDoubt(table) ?? table;
    } catch (error) {
      return describeFetchFailure(error);
    }
  }

  /**
   * A process that was frozen finds its connections dead and its time over when it wakes, which says nothing of the
   * source: it is asked again with the next request.
   */
  #missed(source: string, error: unknown, startedAt: number): TableEvent | undefined {
    if (this.#isStopped) return undefined;
    if (this.#now() - startedAt > tableTimeout + latestTimer) {
      this.#dueAt = 0;
      return undefined;
    }
    const words = describeFetchFailure(error);
    this.#unreachable = since(this.#unreachable, this.#now(), words);
    return { outcome: "unreachable", source, words };
  }
}
