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

/** What the redirector itself answers for begins so: no host's files, and no image's name, can. */
const prefix = "/-/";

/**
 * Whether a request target is one of the redirector's own pages. Dot segments can lead out of `/-/`, but never in: a proxy
 * that blocks `/-/` need not resolve them.
 */
export function isOwnPath(target: string): boolean {
  const [path = ""] = originForm(target).split("?", 1);
  return path.startsWith(prefix) && (plainPath(path, "escaped") ?? prefix).startsWith(prefix);
}

/** What the pages tell of. */
export interface OwnPagesParts {
  readonly metrics: RedirectorMetrics;
  /** Whether the routing table is still being loaded. */
  loading(): boolean;
  /** Why no clients should be sent here yet, in words. @default they may be */
  unready?(): string | undefined;
  /** What the status page says to everybody. */
  report(): SharedReport;
  /** What it says to one visitor. */
  visitor(request: CarriedRequest, query: URLSearchParams): DecisionExplanation;
  /** The visitor's address, from a trusted source. */
  clientAddress(request: CarriedRequest): ParsedAddress;
}

/** Working out where a visitor would be sent takes half a millisecond, dozens of times as long as a redirect. */
const visitorRates = { network: { perSecond: 5, burst: 20 }, all: { perSecond: 100, burst: 200 } };
/** Characters of status pages, which have 50,000: each network has its share, and cannot use up another's. */
const pageRates = { network: { perSecond: 2_000_000, burst: 64_000_000 } };

/** On the clock that nobody sets. */
function secondNow(): number {
  return Math.floor(performance.now() / 1000);
}

const unkept = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

function textAnswer(status: number, body: string, more: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...unkept, ...more }, body: `${body}\n` };
}

/** An error: as elsewhere, scripts of any page may read it. */
function errorAnswer(status: number, body: string, more: Readonly<Record<string, string>> = {}): Answer {
  return textAnswer(status, body, { ...more, ...readWhole });
}

const jsonHeaders = { "Content-Type": "application/json", ...unkept, ...readWhole };
const again = { "Retry-After": "1" };
const tooMany = errorAnswer(429, "Your network asks for this page too often. Try again in a second.", again);

/** The answer to OPTIONS. Scripts of other pages read `status.json`; the rest is for people, load balancers and scrapers. */
function options(page: string): Answer {
  return { status: 204, headers: { ...allowedMethods, ...(page === "status.json" && preflight) }, body: "" };
}

/**
 * The pages under `/-/`, for operators and for users: `health`, `started`, `ready`, `metrics`, `status`
 * and the same as `status.json`. They answer under any name, as load balancers ask by address.
 */
export class OwnPages {
  readonly #parts: OwnPagesParts;
  /** Whether the program is about to end: then no new clients are wanted. */
  ending = false;
  readonly #visitors = new RequestRates(visitorRates);
  readonly #given = new RequestRates(pageRates);
  /** What the status pages of one second say to everybody. */
  #shared: { readonly second: number; readonly status: SharedStatus } | undefined;
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
    if (request.host !== "" && !isHost(request.host)) return errorAnswer(400, noPlace(target).message);
    const at = target.indexOf("?");
    const page = target.slice(prefix.length, at < 0 ? undefined : at);
    if (method === "OPTIONS") return options(page);
    if (method !== "GET" && method !== "HEAD") {
      return errorAnswer(405, "Only GET, HEAD and OPTIONS are answered here.", allowedMethods);
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
        return errorAnswer(
          404,
          "There is no such page. The pages are health, started, ready, metrics, status and status.json.",
        );
    }
  }

  #ready(): Answer {
    const started = this.#started();
    const unready = started.status === 200 ? this.#parts.unready?.() : undefined;
    return unready === undefined ? started : textAnswer(503, unready);
  }

  /** As `ready`, except that a new version may start although its origin is not deployed yet. */
  #started(): Answer {
    if (this.ending) return textAnswer(503, "ending");
    if (this.#parts.loading()) return textAnswer(503, "loading the routing table", { "Retry-After": "1" });
    return textAnswer(200, "ready");
  }

  /** With a thousand series the text takes 10 ms: all requests within a second get the same text, and none is refused. */
  async #metrics(): Promise<Answer> {
    const { metrics } = this.#parts;
    const second = secondNow();
    if (this.#exposed?.second !== second) this.#exposed = { second, text: metrics.text() };
    const body = await this.#exposed.text;
    return { status: 200, headers: { "Content-Type": metrics.contentType, ...unkept }, body };
  }

  /** One visitor's requests do not get another refused: what everybody sees is made once a second, and the rest has rate limits. */
  #status(page: "status" | "status.json", request: CarriedRequest, query: URLSearchParams): Answer {
    const network = clientNetwork(this.#parts.clientAddress(request));
    if (!this.#given.isOpen(network)) return tooMany;
    const visitor = this.#visitors.take(network) ? this.#parts.visitor(request, query) : undefined;
    const { status } = this.#sharedNow();
    const body = page === "status" ? status.page(visitor) : status.json(visitor);
    this.#given.charge(network, body.length);
    const headers = page === "status" ? statusPageHeaders : jsonHeaders;
    return { status: 200, headers: visitor ? headers : { ...headers, ...again }, body };
  }

  #sharedNow() {
    const second = secondNow();
    if (this.#shared?.second === second) return this.#shared;
    this.#shared = { second, status: new SharedStatus(this.#parts.report()) };
    return this.#shared;
  }
}
