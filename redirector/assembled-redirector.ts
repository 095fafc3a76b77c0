import { printableJson } from "../document/printable";
import { version } from "../package.json";
import { asIfListed } from "../routing/as-if-listed";
import type { ClientAddressRule } from "../routing/client-address";
import { formatGap, originGaps } from "../routing/origin-gaps";
import type { RoutingTable } from "../routing/routing-table";
import { OriginLists } from "./lists/origin-lists";
import { OwnPages } from "./pages/own-pages";
import { reportedVisitor, sharedReport } from "./pages/redirector-report";
import { canaryTargets } from "./presence/canary";
import { MirrorPresence } from "./presence/mirror-presence";
import type { BreakerReport } from "./presence/mirror-record";
import { Redirector } from "./redirector";
import { LiveTable, type TableEvent } from "./tables/live-table";
import type { TableSource } from "./tables/table-source";
import { DecisionLog } from "./telemetry/decision-log";
import { LogWriter, type WriteBytes } from "./telemetry/log-writer";
import { RedirectorMetrics } from "./telemetry/metrics";
import { within } from "./within";

/** How a redirector behaves, wherever it runs. */
export interface RedirectorSettings {
  readonly clientAddress: ClientAddressRule;
  /**
   * `ask`: mirrors are asked whether they hold an object, and the origin for lists. `assume`, for trials: nothing is asked, and
   * stores that `deployed.yaml` does not list yet count as listed.
   */
  readonly presence: "ask" | "assume";
  /** The share of decisions that are logged, from 0 to 1; 0: none, but what happens to mirrors and tables still is. */
  readonly logShare: number;
  /** The Google project whose traces requests belong to. @default none */
  readonly traceProject?: string;
  /** Whether `/-/` is answered where everything else is. */
  readonly ownPages: boolean;
  /** Where new tables come from. @default nowhere: the first one stays */
  readonly source?: TableSource;
  /** Whether the platform freezes the process between requests: timers then ride on requests. @default false */
  readonly frozen?: boolean;
  /** Whether mirrors may be on loopback and inside networks, and speak http: for tests and trials. @default false */
  readonly allowPrivateMirrors?: boolean;
  /** How long a client waits for mirrors that are asked, in milliseconds, and a mirror may take. @default 300 */
  readonly budget?: number;
  /** By what mirrors are remembered and left alone: milliseconds since 1970. @default the machine's clock */
  readonly clock?: () => number;
  /** Takes what is logged. */
  readonly write: WriteBytes;
}

/** How long the end waits for whoever reads the log, in milliseconds. Nobody may: the pipe is full, and stays so. */
export const flushLimit = 1_000;

function unready(table: RoutingTable): string | undefined {
  const gaps = originGaps(table).map((gap) => formatGap(table.origin.id, gap));
  return gaps.length > 0 ? `not ready: ${gaps.join("; ")}` : undefined;
}

/** A redirector with everything that belongs to it: a carrier brings requests to `redirector`, and calls `start` and `stop`. */
export class AssembledRedirector {
  readonly redirector: Redirector;
  /** The pages under `/-/`, for a port of their own. */
  readonly pages: OwnPages;
  /** What it counts. */
  readonly metrics: RedirectorMetrics;
  readonly #live: LiveTable;
  readonly #presence: MirrorPresence | undefined;
  readonly #lists: OriginLists | undefined;
  readonly #lines: LogWriter;
  readonly #frozen: boolean;
  /** What was last said of the table's source. */
  #told = "";

  /** Nothing runs yet. @param table what is in force first */
  constructor(table: RoutingTable, settings: RedirectorSettings) {
    this.#lines = new LogWriter(settings.write);
    this.#frozen = settings.frozen ?? false;
    this.#presence = settings.presence === "ask" ? this.#watch(settings) : undefined;
    this.#lists = settings.presence === "ask" ? this.#listOrigin(settings) : undefined;
    const prepare = settings.presence === "assume" ? asIfListed : (each: RoutingTable) => each;
    this.#live = new LiveTable(prepare(table), {
      prepare,
      ...(settings.source && { source: settings.source }),
      report: (event) => this.#tellTable(event),
    });
    this.#presence?.keepOnly(this.#live.current.content.mirrors);
    this.metrics = this.#measure();
    this.pages = new OwnPages({
      metrics: this.metrics,
      loading: () => this.#live.isLoading,
      unready: () => unready(this.#live.current),
      report: () => sharedReport(this.#reported()),
      visitor: (request, query) => reportedVisitor(this.#reported(), request, query),
      clientAddress: (request) => this.redirector.clientAddress(request),
    });
    this.redirector = new Redirector({
      table: this.#live,
      clientAddress: settings.clientAddress,
      metrics: this.metrics,
      ...(this.#presence && { presence: this.#presence }),
      ...(this.#lists && { lists: this.#lists }),
      ...(settings.budget !== undefined && { budget: settings.budget }),
      ...(settings.logShare > 0 && { log: this.#decisionLog(settings) }),
      ...(settings.ownPages && { pages: this.pages }),
      ...(settings.frozen && { ridden: this.#live }),
    });
  }

  /** Begins to look for new tables and to check mirrors; where requests make both go on, only looks for a table once. */
  start(): void {
    if (this.#frozen) {
      void this.refreshIfDue();
      return;
    }
    this.#live.start();
    this.#presence?.startChecks(() => canaryTargets(this.#live.current));
  }

  /**
   * Ends both, and writes what was logged, within {@link flushLimit}.
   *
   * @returns whether all of it was written and no file is being read: if not, something keeps the process alive
   */
  async stop(): Promise<boolean> {
    this.#live.stop();
    this.#presence?.stop();
    this.#lists?.stop();
    const ended = Promise.all([this.flush(), this.#live.idle()]).then(() => true);
    return within(flushLimit, ended, false);
  }

  /**
   * Looks for a new table if the last time is a minute ago, as requests do where the process is frozen between them.
   *
   * @returns when the source was asked; at once where it is too early. Never rejects.
   */
  refreshIfDue(): Promise<void> {
    return this.#live.refreshIfDue();
  }

  /** Counts and logs what a carrier could not answer: an error of ours. */
  failed(error: unknown): void {
    this.metrics.failed();
    const { stack, message = String(error) } = error as Partial<Error>;
    this.#say("ERROR", `a request was answered with status 500: ${message}`, { stack });
  }

  /** Writes what was logged. */
  flush(): Promise<void> {
    return this.#lines.flush();
  }

  #reported() {
    const { redirector } = this;
    return { version, live: this.#live, metrics: this.metrics, presence: this.#presence, redirector };
  }

  #listOrigin({ clock, allowPrivateMirrors = false }: RedirectorSettings): OriginLists {
    return new OriginLists({ allowPrivate: allowPrivateMirrors, ...(clock && { clock }) });
  }

  #watch({ budget, clock, allowPrivateMirrors = false }: RedirectorSettings): MirrorPresence {
    return new MirrorPresence({
      allowPrivate: allowPrivateMirrors,
      ...(budget !== undefined && { budget }),
      ...(clock && { clock }),
      observer: {
        questionAnswered: (mirror, kind, outcome, seconds) => this.metrics.asked(mirror, kind, outcome, seconds),
        breakerChanged: (report) => this.#tellBreaker(report),
      },
    });
  }

  #measure(): RedirectorMetrics {
    return new RedirectorMetrics({
      version,
      table: () => {
        const { current, loadedAt } = this.#live;
        return { ...current.content, checksum: current.checksum, loaded: loadedAt };
      },
      breakers: () => this.#presence?.breakers() ?? [],
      droppedLines: () => this.#lines.dropped,
    });
  }

  #decisionLog({ logShare: share, traceProject }: RedirectorSettings): DecisionLog {
    const options = { share, ...(traceProject !== undefined && { traceProject }) };
    return new DecisionLog((beginning, text, ending) => this.#lines.writeParts(beginning, text, ending), options);
  }

  #say(severity: "INFO" | "WARNING" | "ERROR", message: string, more: object): void {
    this.#lines.write(printableJson({ severity, time: new Date().toISOString(), message, ...more }));
  }

  #tellBreaker({ mirror, state, lastFailure }: BreakerReport): void {
    if (state === "probing") return;
    const [severity, words] =
      state === "open" ? (["WARNING", "is left alone"] as const) : (["INFO", "is well"] as const);
    const told = state === "open" &&
      lastFailure && { trouble: `${new Date(lastFailure.at).toISOString()} ${lastFailure.words}` };
    this.#say(severity, `${mirror} ${words}`, { mirror, breaker: state, ...told });
  }

  /** Says what is new; what stays as it is, is told once and counted every time. */
  #tellTable(event: TableEvent): void {
    this.metrics.tableLoad(event.outcome);
    const { outcome, source } = event;
    const words = "words" in event ? event.words : "";
    const isNews = outcome !== "unchanged" && `${outcome}${words}` !== this.#told;
    this.#told = `${outcome}${words}`;
    if (event.outcome === "loaded") {
      const { checksum, content } = event.table;
      this.#presence?.keepOnly(content.mirrors);
      this.metrics.keepOnly(content.mirrors);
      this.#say("INFO", "a new routing table is in force", { source, checksum, issued: content.issued });
    } else if (isNews) {
      this.#say("WARNING", `the routing table in force stays: ${outcome}: ${words}`, { source });
    }
  }
}
