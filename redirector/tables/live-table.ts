import { originGaps } from "../../routing/origin-gaps";
import { decodeRoutingTable, type RoutingTable } from "../../routing/routing-table";
import { findTableProblem, type ReplaceableContent } from "./find-table-problem";
import { findTrialProblem } from "./find-trial-problem";
import { type LiveEvent, LiveObject, type LiveObjectOptions, usualPeriod } from "./live-object";

/** The outcome of reading the source of tables once. A table that is missing is unreachable: see {@link LiveEvent}. */
export type TableEvent = LiveEvent<RoutingTable>;

/** The dependencies of a live table. */
export interface LiveTableOptions extends LiveObjectOptions<RoutingTable> {
  /** Changes a table before it is in force. @default no change */
  readonly prepare?: (table: RoutingTable) => RoutingTable;
}

/** How often the source is read while a fallback is in force, which sends every client to the origin, in milliseconds. */
const fallbackPeriod = 5_000;

/** After this many milliseconds a redirector is ready even with a fallback table: the source may be down for hours. */
export const loadingLimit = 10_000;

function summarize(table: RoutingTable): ReplaceableContent {
  const { content, answering } = table;
  return { ...content, answering, missing: originGaps(table).map(({ kind }) => kind) };
}

/** Holds the routing table in force. A table in which {@link findTableProblem} finds a problem does not replace it. */
export class LiveTable extends LiveObject<RoutingTable, RoutingTable> {
  readonly #prepare: (table: RoutingTable) => RoutingTable;

  /** @param first the table in force until the source has another: a redirector can start without a network */
  constructor(first: RoutingTable, { prepare = (table) => table, ...options }: LiveTableOptions) {
    super(first, options);
    this.#prepare = prepare;
  }

  /** Whether it is too early for clients: a fallback is in force, and the live table may arrive in a moment. */
  get isLoading(): boolean {
    if (!this.hasSource || !this.current.content.fallback) return false;
    return this.now - this.loadedAt.getTime() < loadingLimit;
  }

  protected override get period(): number {
    return this.current.content.fallback ? fallbackPeriod : usualPeriod;
  }

  protected override check(bytes: Uint8Array, now: number): RoutingTable | string {
    const table = this.#prepare(decodeRoutingTable(bytes));
    return findTableProblem(summarize(this.current), summarize(table), now) ?? findTrialProblem(table) ?? table;
  }
}
