import { printableJson } from "../../../document/printable";
import { type Answer, allowedMethods, preflight, readWhole } from "../../../routing/answer";
import { isHost, noPlace, originForm } from "../../../routing/requested-place";
import type { CarriedRequest } from "../carried-request";
import type { RedirectorMetrics } from "../observability/metrics";
import { statusPage, statusPageHeaders } from "./status-page";
import type { StatusReport } from "./status-report";

/** What the redirector itself answers for begins so: no host's files, and no image's name, can. */
const prefix = "/-/";

/** Whether a request target is one of the redirector's own. */
export function isOwnPath(target: string): boolean {
  return originForm(target).startsWith(prefix);
}

/** What the pages tell of. */
export interface OwnPagesParts {
  readonly metrics: RedirectorMetrics;
  /** Whether the routing table is still being loaded. */
  loading(): boolean;
  /** What the status page says, for whoever asks. */
  report(request: CarriedRequest, query: URLSearchParams): StatusReport;
}

/** A status page takes some milliseconds, thousands of times a redirect: so many a second, and redirects go on beside. */
const mostReports = 10;

/** On the clock that nobody sets. */
function secondNow(): number {
  return Math.floor(performance.now() / 1000);
}

const unkept = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

function textAnswer(status: number, body: string, more: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...unkept, ...more }, body: `${body}\n` };
}

const tooMany = textAnswer(503, "Too many ask for this page: try again in a second.", {
  "Retry-After": "1",
  ...readWhole,
});

/** The answer to OPTIONS. Scripts of other pages read `status.json`; the rest is for people, load balancers and scrapers. */
function options(page: string): Answer {
  return { status: 204, headers: { ...allowedMethods, ...(page === "status.json" && preflight) }, body: "" };
}

/**
 * The pages under `/-/`, for whoever runs the redirector and whoever wonders: `health`, `ready`, `metrics`, `status`
 * and the same as `status.json`. They answer under any name, as load balancers ask by address.
 */
export class OwnPages {
  readonly #parts: OwnPagesParts;
  /** Whether the program is about to end: then no new clients are wanted. */
  ending = false;
  #reports = 0;
  #second = 0;
  /** The metrics of one second. */
  #exposed: { readonly second: number; readonly text: Promise<string> } | undefined;

  constructor(parts: OwnPagesParts) {
    this.#parts = parts;
  }

  /** Answers a request for one of the pages; never throws. */
  answer(request: CarriedRequest): Answer | Promise<Answer> {
    const { method } = request;
    const target = originForm(request.target);
    // Load balancers ask by address, or without a host.
    if (request.host !== "" && !isHost(request.host)) return textAnswer(400, noPlace(target).message);
    const at = target.indexOf("?");
    const page = target.slice(prefix.length, at < 0 ? undefined : at);
    if (method === "OPTIONS") return options(page);
    if (method !== "GET" && method !== "HEAD") {
      return textAnswer(405, "Only GET, HEAD and OPTIONS are answered here.", allowedMethods);
    }
    const query = new URLSearchParams(at < 0 ? "" : target.slice(at + 1));
    switch (page) {
      case "health":
        return textAnswer(200, "ok");
      case "ready":
        return this.#ready();
      case "metrics":
        return this.#metrics();
      case "status":
      case "status.json":
        return this.#mayReport() ? this.#report(page, request, query) : tooMany;
      default:
        return textAnswer(404, "There is no such page. There are health, ready, metrics, status and status.json.");
    }
  }

  #ready(): Answer {
    if (this.ending) return textAnswer(503, "ending");
    if (this.#parts.loading()) return textAnswer(503, "loading the routing table", { "Retry-After": "1" });
    return textAnswer(200, "ready");
  }

  /** With a thousand series the text takes 10 ms: whoever asks within a second gets the same, and nobody is refused. */
  async #metrics(): Promise<Answer> {
    const { metrics } = this.#parts;
    const second = secondNow();
    if (this.#exposed?.second !== second) this.#exposed = { second, text: metrics.text() };
    const body = await this.#exposed.text;
    return { status: 200, headers: { "Content-Type": metrics.contentType, ...unkept }, body };
  }

  #mayReport(): boolean {
    const second = secondNow();
    if (second !== this.#second) this.#reports = 0;
    this.#second = second;
    return ++this.#reports <= mostReports;
  }

  #report(page: "status" | "status.json", request: CarriedRequest, query: URLSearchParams): Answer {
    const report = this.#parts.report(request, query);
    if (page === "status") return { status: 200, headers: statusPageHeaders, body: statusPage(report) };
    return {
      status: 200,
      headers: { "Content-Type": "application/json", ...unkept, ...readWhole },
      body: `${printableJson(report, 2)}\n`,
    };
  }
}
