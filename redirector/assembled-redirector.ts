import { printableJson } from "../document/printable";
import type { Overlay } from "../overlay/overlay";
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
import type { LiveEvent } from "./tables/live-object";
import { LiveOverlay, type OverlayEvent } from "./tables/live-overlay";
import { LiveTable, type TableEvent } from "./tables/live-table";
import type { TableSource } from "./tables/table-source";
import { DecisionLog } from "./telemetry/decision-log";
import { LogWriter, type WriteBytes } from "./telemetry/log-writer";
import { RedirectorMetrics } from "./telemetry/metrics";
import { within } from "./within";

/** Settings of a redirector, independent of where it runs. */
export interface RedirectorSettings {
  readonly clientAddress: ClientAddressRule;
  /**
   * `ask`: the redirector asks mirrors whether they hold an object, and asks the origin for lists. `assume`, for
   * trials: it asks nothing, and stores that `deployed.yaml` does not list yet count as listed.
   */
  readonly presence: "ask" | "assume";
  /**
   * The share of decisions that are logged, from 0 to 1. With 0 no decisions are logged; events of mirrors and tables
   * still are.
   */
  readonly logShare: number;
  /** The Google project to which requests' traces belong. @default none */
  readonly traceProject?: string;
  /** Whether the pages under `/-/` are on the main port. */
  readonly ownPages: boolean;
  /** The source of new tables. @default none: the first table stays */
  readonly source?: TableSource;
  /** The source of overlays. @default none: mirrors are asked for everything, and nothing is withdrawn */
  readonly overlaySource?: TableSource;
  /**
   * Whether the platform freezes the process between requests: requests then trigger what timers would do. @default
   * false
   */
  readonly frozen?: boolean;
  /** Whether mirrors may be on loopback and in private networks, and use http: for tests and trials. @default false */
  readonly allowPrivateMirrors?: boolean;
  /** How long a mirror may take to answer, and a client waits for mirrors, in milliseconds. @default 300 */
  readonly budget?: number;
  /** The clock for remembered answers and open breakers, in milliseconds since 1970. @default the machine's clock */
  readonly clock?: () => number;
  /** Receives the log's bytes. */
  readonly write: WriteBytes;
}

/**
 * How long a shutdown waits for the log's reader, in milliseconds. There may be none: then the pipe is full and stays
 * full.
 */
export const flushLimit = 1_000;

function describeUnreadiness(table: RoutingTable): string | undefined {
  const gaps = originGaps(table).map((gap) => formatGap(table.origin.id, gap));
  return gaps.length > 0 ? `not ready: ${gaps.join("; ")}` : undefined;
}

/** What logs and metrics report about an overlay. */
function describeOverlay({ checksum, issued, newest = 0, objects, withdrawals }: Overlay) {
  return { checksum, issued, newest, objects, withdrawals };
}

/** A redirector with all its parts: a carrier passes requests to `redirector`, and calls `start` and `stop`. */
export class AssembledRedirector {
  readonly redirector: Redirector;
  /** The `/-/` pages, for a separate port. */
  readonly pages: OwnPages;
  /** Its metrics. */
  readonly metrics: RedirectorMetrics;
  readonly #live: LiveTable;
  readonly #overlay: LiveOverlay;
  readonly #presence: MirrorPresence | undefined;
  readonly #lists: OriginLists | undefined;
  readonly #lines: LogWriter;
  readonly #frozen: boolean;
  /** The last message about each source. */
  readonly #lastReported = new Map<"table" | "overlay", string>();

  /** Starts nothing yet. @param table the first table in force */
  constructor(table: RoutingTable, settings: RedirectorSettings) {
    this.#lines = new LogWriter(settings.write);
    this.#frozen = settings.frozen ?? false;
    this.#presence = settings.presence === "ask" ? this.#createPresence(settings) : undefined;
    this.#lists = settings.presence === "ask" ? this.#createLists(settings) : undefined;
    const prepare = settings.presence === "assume" ? asIfListed : (each: RoutingTable) => each;
    this.#live = new LiveTable(prepare(table), {
      prepare,
      ...(settings.source && { source: settings.source }),
      report: (event) => this.#reportTable(event),
    });
    this.#overlay = new LiveOverlay(undefined, {
      ...(settings.overlaySource && { source: settings.overlaySource }),
      report: (event) => this.#reportOverlay(event),
    });
    this.#presence?.keepOnly(this.#live.current.content.mirrors);
    this.metrics = this.#createMetrics();
    this.pages = new OwnPages({
      metrics: this.metrics,
      loading: () => this.#live.isLoading,
      unready: () => describeUnreadiness(this.#live.current),
      report: () => sharedReport(this.#createReportSources()),
      visitor: (request, query) => reportedVisitor(this.#createReportSources(), request, query),
      clientAddress: (request) => this.redirector.clientAddress(request),
    });
    this.redirector = new Redirector({
      table: this.#live,
      overlay: this.#overlay,
      clientAddress: settings.clientAddress,
      metrics: this.metrics,
      ...(this.#presence && { presence: this.#presence }),
      ...(this.#lists && { lists: this.#lists }),
      ...(settings.budget !== undefined && { budget: settings.budget }),
      ...(settings.logShare > 0 && { log: this.#createDecisionLog(settings) }),
      ...(settings.ownPages && { pages: this.pages }),
      ...(settings.frozen && { ridden: this }),
    });
  }

  /** Starts looking for new tables and overlays, and checking mirrors. If requests drive that, it only looks for them once. */
  start(): void {
    if (this.#frozen) {
      void this.refreshIfDue();
      return;
    }
    this.#live.start();
    this.#overlay.start();
    this.#presence?.startChecks(() => canaryTargets(this.#live.current));
  }

  /**
   * Stops both, and flushes the log within {@link flushLimit}.
   *
   * @returns whether everything was written and no file is being read; if not, something keeps the process alive
   */
  async stop(): Promise<boolean> {
    this.#live.stop();
    this.#overlay.stop();
    this.#presence?.stop();
    this.#lists?.stop();
    const ended = Promise.all([this.flush(), this.#live.idle(), this.#overlay.idle()]).then(() => true);
    return within(flushLimit, ended, false);
  }

  /**
   * Looks for a new table and a new overlay if the last look was a minute ago, for platforms that freeze the process between
   * requests.
   *
   * @returns when both sources were read; at once if it is too early. Never rejects.
   */
  async refreshIfDue(): Promise<void> {
    const { table, overlay } = this.beginRefresh();
    await Promise.all([table, overlay]);
  }

  /** As {@link refreshIfDue}, for a caller that waits longer for one than for the other. */
  beginRefresh(): { readonly table: Promise<void>; readonly overlay: Promise<void> } {
    return { table: this.#live.refreshIfDue(), overlay: this.#overlay.refreshIfDue() };
  }

  /** Counts and logs an internal error, because of which a carrier could not answer. */
  reportFailure(error: unknown): void {
    this.metrics.countFailure();
    const { stack, message = String(error) } = error as Partial<Error>;
    this.#logEvent("ERROR", `a request was answered with status 500: ${message}`, { stack });
  }

  /** Flushes the log. */
  flush(): Promise<void> {
    return this.#lines.flush();
  }

  #createReportSources() {
    const { redirector } = this;
    return {
      version,
      live: this.#live,
      overlay: this.#overlay,
      metrics: this.metrics,
      presence: this.#presence,
      redirector,
    };
  }

  #createLists({ clock, allowPrivateMirrors = false }: RedirectorSettings): OriginLists {
    return new OriginLists({ allowPrivate: allowPrivateMirrors, ...(clock && { clock }) });
  }

  #createPresence({ budget, clock, allowPrivateMirrors = false }: RedirectorSettings): MirrorPresence {
    return new MirrorPresence({
      allowPrivate: allowPrivateMirrors,
      ...(budget !== undefined && { budget }),
      ...(clock && { clock }),
      observer: {
        questionAnswered: (mirror, kind, outcome, seconds) =>
          this.metrics.countQuestion(mirror, kind, outcome, seconds),
        breakerChanged: (report) => this.#reportBreaker(report),
        verifiedObjectMissing: (mirror, url) =>
          this.#logEvent("WARNING", `${mirror} lacks what the overlay says is verified there, so it is asked again`, {
            mirror,
            url,
          }),
      },
    });
  }

  #createMetrics(): RedirectorMetrics {
    return new RedirectorMetrics({
      version,
      table: () => {
        const { current, loadedAt } = this.#live;
        return { ...current.content, checksum: current.checksum, loaded: loadedAt };
      },
      overlay: () => {
        const { current, loadedAt } = this.#overlay;
        return current && { ...describeOverlay(current), loaded: loadedAt };
      },
      breakers: () => this.#presence?.breakers() ?? [],
      droppedLines: () => this.#lines.dropped,
    });
  }

  #createDecisionLog({ logShare: share, traceProject }: RedirectorSettings): DecisionLog {
    const options = { share, ...(traceProject !== undefined && { traceProject }) };
    return new DecisionLog((beginning, text, ending) => this.#lines.writeParts(beginning, text, ending), options);
  }

  #logEvent(severity: "INFO" | "WARNING" | "ERROR", message: string, more: object): void {
    this.#lines.write(printableJson({ severity, time: new Date().toISOString(), message, ...more }));
  }

  #reportBreaker({ mirror, state, lastFailure }: BreakerReport): void {
    if (state === "probing") return;
    const [severity, words] =
      state === "open" ? (["WARNING", "gets no more clients"] as const) : (["INFO", "is healthy again"] as const);
    const told = state === "open" &&
      lastFailure && { trouble: `${new Date(lastFailure.at).toISOString()} ${lastFailure.words}` };
    this.#logEvent(severity, `${mirror} ${words}`, { mirror, breaker: state, ...told });
  }

  #reportTable(event: TableEvent): void {
    this.metrics.countTableLoad(event.outcome);
    if (event.outcome === "loaded") {
      const { checksum, content } = event.loaded;
      this.#presence?.keepOnly(content.mirrors);
      this.metrics.keepOnly(content.mirrors);
      this.#logEvent("INFO", "a new routing table is in force", {
        source: event.source,
        checksum,
        issued: content.issued,
      });
    }
    this.#reportFailedLoad("table", "keeping the current routing table", event);
  }

  #reportOverlay(event: OverlayEvent): void {
    this.metrics.countOverlayLoad(event.outcome);
    if (event.outcome === "loaded") {
      const { source, loaded } = event;
      this.#logEvent("INFO", "a new overlay is in force", { source, ...describeOverlay(loaded) });
    }
    const keeping = this.#overlay.current === undefined ? "there is no overlay" : "keeping the current overlay";
    this.#reportFailedLoad("overlay", keeping, event);
  }

  /** Logs what has changed. An unchanged outcome is logged once, and counted every time. */
  #reportFailedLoad(what: "table" | "overlay", consequence: string, event: LiveEvent<unknown>): void {
    const { outcome, source } = event;
    const words = "words" in event ? event.words : "";
    const isNews = `${outcome}${words}` !== (this.#lastReported.get(what) ?? "");
    this.#lastReported.set(what, `${outcome}${words}`);
    if (outcome === "loaded" || outcome === "unchanged" || !isNews) return;
    // Most inventories have no promotion, and so no overlay.
    const severity = outcome === "missing" ? "INFO" : "WARNING";
    this.#logEvent(severity, `${consequence}: ${outcome}: ${words}`, { source });
  }
}
