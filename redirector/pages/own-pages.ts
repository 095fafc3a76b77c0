import type { ParsedAddress } from "../../networks/parsed-address";
import { type Answer, allowedMethods, preflight, readWhole } from "../../routing/answer";
import { clientNetwork } from "../../routing/client-network";
import type { DecisionExplanation } from "../../routing/decision-explanation";
import { plainPath } from "../../routing/plain-path";
import { isHost, noPlace, originForm } from "../../routing/requested-place";
import type { CarriedRequest } from "../carried-request";
import { RequestRates } from "../request-rates";
import type { RedirectorMetrics } from "../telemetry/metrics";
import { SharedStatus } from "./shared-status";
import { statusPageHeaders } from "./status-page";
import type { SharedReport } from "./status-report";

/** The prefix of the redirector's own pages. No file of a host and no image name can start with it. */
const prefix = "/-/";

/**
 * Whether a request target is one of the redirector's own pages. Dot segments can lead out of `/-/`, but not into it: a proxy
 * that blocks `/-/` need not resolve them.
 */
export function isOwnPath(target: string): boolean {
  // Most targets end here: the lines below take half a microsecond.
  if (target.startsWith("/") && !target.startsWith(prefix)) return false;
  const [path = ""] = originForm(target).split("?", 1);
  return path.startsWith(prefix) && (plainPath(path, "escaped") ?? prefix).startsWith(prefix);
}

/** The sources of the pages. */
export interface OwnPagesParts {
  readonly metrics: RedirectorMetrics;
  /** Whether the routing table is still being loaded. */
  loading(): boolean;
  /** Why the redirector is not ready for clients. @default it is ready */
  unready?(): string | undefined;
  /** The part of the status report that all visitors share. */
  report(): SharedReport;
  /** The part for one visitor. */
  visitor(request: CarriedRequest, query: URLSearchParams): DecisionExplanation;
  /** The visitor's address, from a trusted source. */
  clientAddress(request: CarriedRequest): ParsedAddress;
}

/** Limits of visitors' parts: each takes half a millisecond to compute, dozens of times as long as a redirect. */
const visitorRates = { network: { perSecond: 5, burst: 20 }, all: { perSecond: 100, burst: 200 } };
/** Limits on status pages, in characters: a page has 50,000. A network cannot use up another's share. */
const pageRates = { network: { perSecond: 2_000_000, burst: 64_000_000 } };

/** Whole seconds of the monotonic clock. */
function currentSecond(): number {
  return Math.floor(performance.now() / 1000);
}

const uncached = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

function textAnswer(status: number, body: string, more: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...uncached, ...more }, body: `${body}\n` };
}

/** An error. Scripts of any page may read it, as elsewhere. */
function errorAnswer(status: number, body: string, more: Readonly<Record<string, string>> = {}): Answer {
  return textAnswer(status, body, { ...more, ...readWhole });
}

const jsonHeaders = { "Content-Type": "application/json", ...uncached, ...readWhole };
const retrySoon = { "Retry-After": "1" };
const tooMany = errorAnswer(
  429,
  "Too many requests from your network for this page. Try again in a second.",
  retrySoon,
);

/** The answer to OPTIONS. Scripts of other pages read `status.json`; the rest is for people, load balancers and scrapers. */
function options(page: string): Answer {
  return { status: 204, headers: { ...allowedMethods, ...(page === "status.json" && preflight) }, body: "" };
}

/**
 * The pages under `/-/`, for operators and users: `health`, `started`, `ready`, `metrics`, `status`, and the latter as
 * `status.json`. They are served under any host name, because load balancers request them by address.
 */
export class OwnPages {
  readonly #parts: OwnPagesParts;
  /** Whether the program is shutting down and wants no new clients. */
  ending = false;
  readonly #visitorRates = new RequestRates(visitorRates);
  readonly #pageRates = new RequestRates(pageRates);
  /** The shared part of the status pages of one second. */
  #shared: { readonly second: number; readonly status: SharedStatus } | undefined;
  /** The metrics of one second. */
  #metricsText: { readonly second: number; readonly text: Promise<string> } | undefined;

  constructor(parts: OwnPagesParts) {
    this.#parts = parts;
  }

  /** Answers a request for one of the pages; never throws. */
  answer(request: CarriedRequest): Answer | Promise<Answer> {
    const { method } = request;
    const target = originForm(request.target);
    // Load balancers ask by address, or without a host.
    if (request.host !== "" && !isHost(request.host)) return errorAnswer(400, noPlace(target).message);
    const at = target.indexOf("?");
    const page = target.slice(prefix.length, at < 0 ? undefined : at);
    if (method === "OPTIONS") return options(page);
    if (method !== "GET" && method !== "HEAD") {
      return errorAnswer(405, "Only GET, HEAD and OPTIONS are allowed here.", allowedMethods);
    }
    const query = new URLSearchParams(at < 0 ? "" : target.slice(at + 1));
    switch (page) {
      case "health":
        return textAnswer(200, "ok");
      case "started":
        return this.#started();
      case "ready":
        return this.#ready();
      case "metrics":
        return this.#metrics();
      case "status":
      case "status.json":
        return this.#status(page, request, query);
      default:
        return errorAnswer(404, "Unknown page. The pages are health, started, ready, metrics, status and status.json.");
    }
  }

  #ready(): Answer {
    const started = this.#started();
    const unready = started.status === 200 ? this.#parts.unready?.() : undefined;
    return unready === undefined ? started : textAnswer(503, unready);
  }

  /** Like `ready`, except that a new version may start even if its origin is not deployed yet. */
  #started(): Answer {
    if (this.ending) return textAnswer(503, "ending");
    if (this.#parts.loading()) return textAnswer(503, "loading the routing table", { "Retry-After": "1" });
    return textAnswer(200, "ready");
  }

  /** With a thousand series the text takes 10 ms: all requests within a second get the same text, so that none is refused. */
  async #metrics(): Promise<Answer> {
    const { metrics } = this.#parts;
    const second = currentSecond();
    if (this.#metricsText?.second !== second) this.#metricsText = { second, text: metrics.text() };
    const body = await this.#metricsText.text;
    return { status: 200, headers: { "Content-Type": metrics.contentType, ...uncached }, body };
  }

  /** Visitors cannot block one another: the shared part is made once a second, and the rest is limited per network. */
  #status(page: "status" | "status.json", request: CarriedRequest, query: URLSearchParams): Answer {
    const network = clientNetwork(this.#parts.clientAddress(request));
    if (!this.#pageRates.isOpen(network)) return tooMany;
    const visitor = this.#visitorRates.take(network) ? this.#parts.visitor(request, query) : undefined;
    const { status } = this.#getShared();
    const body = page === "status" ? status.page(visitor) : status.json(visitor);
    this.#pageRates.charge(network, body.length);
    const headers = page === "status" ? statusPageHeaders : jsonHeaders;
    return { status: 200, headers: visitor ? headers : { ...headers, ...retrySoon }, body };
  }

  #getShared() {
    const second = currentSecond();
    if (this.#shared?.second === second) return this.#shared;
    this.#shared = { second, status: new SharedStatus(this.#parts.report()) };
    return this.#shared;
  }
}
