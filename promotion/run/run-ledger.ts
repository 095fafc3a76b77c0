import type { OverlayContent } from "../../overlay/overlay-content";
import type { Bucket } from "../../stores/bucket";
import { StoreError } from "../../stores/store-error";
import { addPromoted, type Found } from "../ledger/add-promoted";
import { createOverlayContent, type ProjectPaths } from "../ledger/create-overlay-content";
import type { Ledger } from "../ledger/ledger";
import { LedgerObject, type LedgerVersion } from "../ledger/ledger-object";
import { listObjects } from "../ledger/list-objects";
import { publishOverlay } from "../ledger/publish-overlay";
import { renumberRestored } from "../ledger/renumber-restored";
import type { PlanFinding } from "../plan/plan";
import type { LedgerSummary } from "./run-report";

/** What keeps the ledger of a run. */
export interface RunLedgerOptions {
  /** The table buckets: the ledger is in the first, an overlay in each. */
  readonly tables: readonly [Bucket, ...Bucket[]];
  /** Those of the inventory. */
  readonly projects: readonly ProjectPaths[];
  /** @default the clock */
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
}

/** A ledger before the first promotion. */
const noLedger: Ledger = { format: 1, newest: 0, images: [], files: [], complete: {} };

/**
 * The ledger while a run changes it. It is written, and an overlay made from it is published at each redirector's bucket, whenever the run
 * saves it: nothing is written if nothing has changed.
 */
export class RunLedger {
  readonly #object: LedgerObject;
  readonly #tables: readonly Bucket[];
  readonly #projects: readonly ProjectPaths[];
  readonly #now: () => Date;
  /** The number of what this run brings. */
  readonly #number: number;
  #version: LedgerVersion;
  #ledger: Ledger;
  /** The ledger whose overlay a table bucket is known to have. */
  readonly #published = new Map<Bucket, Ledger>();
  readonly #failures = new Map<string, PlanFinding>();

  /** @param former what a new object continues */
  private constructor(
    { tables, projects, now = () => new Date() }: RunLedgerOptions,
    version: LedgerVersion,
    former: Ledger,
  ) {
    this.#tables = tables;
    this.#projects = projects;
    this.#now = now;
    this.#object = new LedgerObject(tables[0]);
    this.#version = version;
    this.#ledger = version.ledger ?? former;
    this.#number = this.#ledger.newest + 1;
  }

  /**
   * Reads the ledger. If the inventory names another provider first than before, it is still in the bucket of that one.
   *
   * @throws StoreError if it cannot be read or used, or if this machine's clock is wrong: then nothing may be promoted or removed
   */
  static async open(options: RunLedgerOptions): Promise<RunLedger> {
    const [first, ...others] = options.tables;
    const version = await new LedgerObject(first).read(options.signal);
    requireTime(version.answered, options.now?.() ?? new Date(), first.url);
    const former = version.ledger ?? (await findFormer(others, options.signal));
    return new RunLedger(options, version, former);
  }

  get current(): Ledger {
    return this.#ledger;
  }

  /** The ledger in figures. @param targets the names of those that are listed even if they are not complete */
  summarize(targets: readonly string[]): LedgerSummary {
    const { newest, complete } = this.#ledger;
    let objects = 0;
    for (const _ of listObjects(this.#ledger)) objects++;
    const names = [...new Set([...targets, ...Object.keys(complete)])].sort();
    return {
      ...(newest >= this.#number && { promotion: this.#number }),
      newest,
      objects,
      complete: Object.fromEntries(names.map((name) => [name, complete[name] ?? 0])),
    };
  }

  /** What could not be written or published; the next run does it. */
  get findings(): readonly PlanFinding[] {
    return [...this.#failures.values()];
  }

  /** Whether all redirectors can see what the ledger says. */
  get isPublished(): boolean {
    return this.#failures.size === 0;
  }

  /** Adds what is at the origin, under the number of this run. */
  add(found: Found): void {
    this.#ledger = addPromoted(this.#ledger, found, this.#number);
  }

  /**
   * Replaces the ledger, until it is saved only in memory. What is no longer withdrawn gets the number of this run.
   *
   * @param change returns the same ledger if there is nothing to change
   */
  change(change: (ledger: Ledger) => Ledger): void {
    this.#ledger = renumberRestored(this.#ledger, change(this.#ledger), this.#number);
  }

  /**
   * Writes the ledger, then the overlays. What fails becomes a finding, and does not stop the promotion: what is not in the index is had
   * from the origin.
   *
   * @throws the reason of the signal
   */
  async save(signal: AbortSignal): Promise<void> {
    const { url } = this.#object;
    await this.#attempt(url, signal, async () => {
      // An absent ledger is written, even without entries, so that the next one knows that this is not the first.
      if (this.#version.ledger === this.#ledger) return;
      this.#version = await this.#object.replace(this.#version, this.#ledger, signal);
    });
    // Redirectors must not know more than the ledger.
    if (this.#failures.has(url)) return;
    const ledger = this.#ledger;
    const content = this.#createContent();
    for (const table of this.#tables) {
      if (this.#published.get(table) === ledger) continue;
      await this.#attempt(table.url, signal, async () => {
        await publishOverlay(table, content, signal);
        this.#published.set(table, ledger);
      });
    }
  }

  #createContent(): OverlayContent {
    return createOverlayContent(this.#ledger, this.#projects, this.#now().toISOString());
  }

  async #attempt(url: string, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#failures.delete(url);
    } catch (error) {
      signal.throwIfAborted();
      const isLedger = url === this.#object.url;
      const reason = error instanceof Error ? error.message : String(error);
      const message = isLedger
        ? `what was promoted could not be written to the ledger: ${reason}`
        : `the overlay for redirectors could not be published in ${url}: ${reason}`;
      const fix =
        error instanceof StoreError && error.fault === "denied"
          ? "Deploy the redirector's stack again, so that the promoter may write there, and run it again."
          : "Run it again.";
      this.#failures.set(url, { kind: "unreachable", severity: isLedger ? "error" : "warning", message, fix });
    }
  }
}

/** By how much this machine's clock may differ from the store's, in milliseconds: by as much as S3 takes (RequestTimeTooSkewed). */
const largestDifference = 15 * 60 * 1000;

/**
 * The waiting time of withdrawals begins and ends by this machine's clock: one that is fast would delete what is to wait, and redirectors refuse
 * an overlay from the future.
 *
 * @throws StoreError if it differs from the store's
 */
function requireTime(answered: string | undefined, now: Date, url: string): void {
  if (answered === undefined || Math.abs(Date.parse(answered) - now.getTime()) <= largestDifference) return;
  throw new StoreError(
    `this machine's clock says ${now.toISOString()}, and that of ${url} ${answered}: set the clock, and run it again`,
  );
}

/**
 * The ledger with the newest promotion. A bucket that does not exist yet, or does not answer, has none. It may be an old one, so nothing that
 * it says of targets counts.
 */
async function findFormer(tables: readonly Bucket[], signal: AbortSignal | undefined): Promise<Ledger> {
  let newest = noLedger;
  for (const table of tables) {
    try {
      const { ledger = noLedger } = await new LedgerObject(table).read(signal);
      if (ledger.newest > newest.newest) newest = ledger;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof StoreError) || error.fault === "corrupt") throw error;
    }
  }
  return { ...newest, complete: {} };
}
