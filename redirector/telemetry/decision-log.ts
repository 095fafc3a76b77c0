import { printableJson } from "../../document/printable";
import type { Decision } from "../../routing/decide";
import { DecisionCache } from "./decision-cache";
import { decisionReason } from "./decision-reason";
import type { RequestId } from "./request-id";

/** What a line reports about a request besides its decision. */
export interface LogFields extends RequestId {
  readonly method: string;
  /** Time from the request's headers to its answer. */
  readonly milliseconds: number;
  /** The ID of a better mirror skipped because it did not respond. */
  readonly unanswered?: string | undefined;
}

/** How decisions are logged. */
export interface DecisionLogOptions {
  /** The share of decisions that are logged, from 0 to 1, chosen at random. @default 1 */
  readonly share?: number;
  /**
   * The Google project whose traces requests belong to: with it, Cloud Logging shows a line with its trace. @default
   * none
   */
  readonly traceProject?: string;
  /** The source of random numbers, from 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

/** Receives a line, without its line break, in three parts: the first and the last are the same for many lines. */
export type WriteLine = (beginning: Uint8Array, text: string, ending: Uint8Array) => void;

/** The fields that can identify what was requested. */
interface AskedFields {
  readonly class: string;
  readonly name?: string;
  readonly digest?: string;
  readonly reference?: string;
  readonly path?: string;
  readonly code?: string;
}

/** Longest path that is logged, in characters: clients choose paths, and longer log lines cost more. */
const longestPath = 512;
/**
 * Longest method that is logged, in characters. The longest of those registered with IANA, UPDATEREDIRECTREF, has 17.
 */
const longestMethod = 17;
/**
 * Text that needs no escaping in JSON: visible ASCII and spaces, without quotation mark and backslash (RFC 8259,
 * section 7).
 */
const unescaped = /^[ !#-[\]-~]*$/;

/** Escapes a string for JSON. Invisible characters are escaped too. */
function escaped(text: string): string {
  return unescaped.test(text) ? text : printableJson(text).slice(1, -1);
}

/** A duration in seconds with six decimals, as Google's APIs write it. */
function seconds(milliseconds: number): string {
  const micros = milliseconds > 0 ? Math.round(milliseconds * 1000) : 0;
  return `${Math.floor(micros / 1e6)}.${String(1e6 + (micros % 1e6)).slice(1)}`;
}

/** 503 is a valid decision: the origin has no address yet. */
function isOurError(status: number): boolean {
  return status >= 500 && status !== 503;
}

function severity(status: number, unanswered: string | undefined): "ERROR" | "WARNING" | "INFO" {
  if (isOurError(status)) return "ERROR";
  return status === 503 || unanswered !== undefined ? "WARNING" : "INFO";
}

function formatMessage({ asked, status, mirror }: Decision, reason: string, unanswered: string | undefined): string {
  if (mirror === undefined) return `${asked.class}: ${status}`;
  const instead = unanswered === undefined ? "" : `; ${unanswered} did not answer`;
  return `${asked.class} to ${mirror}: ${reason}${instead}`;
}

/** The common parts of the lines of similar decisions. */
interface LineParts {
  /** The text from the opening brace to the latency, by method and by the mirror that did not answer. */
  readonly beginnings: Map<string, Uint8Array>;
  /** The last member and the brace. */
  readonly ending: Uint8Array;
}

function makeParts({ network: { provider, region, asn, country } }: Decision): LineParts {
  const ending = `,"network":${printableJson({ provider, region, asn, country })}}`;
  return { beginnings: new Map(), ending: Buffer.from(ending) };
}

/** Whether a decision redirects the client: then its path probably names something that exists. */
function isRedirect(status: number): boolean {
  return status === 302 || status === 307;
}

/** The members that identify what was requested, to follow other members. */
function formatAskedMembers({ asked, status, withdrawn }: Decision): string {
  const { name, digest, reference, path, code }: AskedFields = asked;
  let members = "";
  if (name !== undefined) members += `,"name":"${escaped(name)}"`;
  if (digest !== undefined) members += `,"digest":"${escaped(digest)}"`;
  if (reference !== undefined) members += `,"reference":"${escaped(reference)}"`;
  // Paths of withdrawn files are in the overlay.
  if (path !== undefined && (isRedirect(status) || withdrawn !== undefined))
    members += `,"path":"${escaped(path.slice(0, longestPath))}"`;
  if (code !== undefined) members += `,"code":"${escaped(code)}"`;
  return members;
}

/**
 * Writes one line of JSON per decision, in the shape that Cloud Logging and CloudWatch index: `severity`, `time`,
 * `message`, `httpRequest` and `logging.googleapis.com/trace` are special to Cloud Logging
 * (https://cloud.google.com/logging/docs/structured-logging), and the rest becomes its `jsonPayload`; CloudWatch's
 * queries know every field by its path (`network.provider`).
 *
 * No line contains the client's address. Of a refused request, a line contains only the method and the reason. The path
 * of a file is logged if the client is redirected, since only the path tells what is downloaded.
 *
 * `sample` is the share of decisions like this one that are logged: 1 / `sample` summed over lines is their number.
 * Errors of ours are always logged. Refusals and detours round a mirror are sampled at random like all others: neither
 * a flood nor an outage makes a sampled log dear, and metrics count each.
 *
 * The parts of a line that are the same for many requests are made once, as bytes.
 */
export class DecisionLog {
  readonly #write: WriteLine;
  readonly #share: number;
  readonly #random: () => number;
  readonly #traceMember: string;
  readonly #parts = new DecisionCache(makeParts);
  #millisecond = Number.NaN;
  /** The text from after the latency to the request's id, for this millisecond. */
  #middle = "";

  /**
   * @param write receives lines
   * @throws RangeError if the share is not from 0 to 1
   */
  constructor(write: WriteLine, { share = 1, traceProject, random = Math.random }: DecisionLogOptions = {}) {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`the share of logged decisions is ${share}, not from 0 to 1`);
    this.#write = write;
    this.#share = share;
    this.#random = random;
    this.#traceMember =
      traceProject === undefined
        ? '","trace":"'
        : `","logging.googleapis.com/trace":"projects/${escaped(traceProject)}/traces/`;
  }

  /** Logs a decision, if it is in the sample. */
  logDecision(decision: Decision, { id, trace, method, milliseconds, unanswered }: LogFields): void {
    if (this.#share < 1 && !isOurError(decision.status) && this.#random() >= this.#share) return;
    const request = trace === undefined ? `${id}"` : `${id}${this.#traceMember}${trace}"`;
    const { beginnings, ending } = this.#parts.find(decision);
    const beginning = this.#beginning(beginnings, decision, method, unanswered);
    this.#write(
      beginning,
      `${seconds(milliseconds)}${this.#formatTime()}${request}${formatAskedMembers(decision)}`,
      ending,
    );
  }

  #beginning(
    beginnings: Map<string, Uint8Array>,
    decision: Decision,
    method: string,
    unanswered: string | undefined,
  ): Uint8Array {
    // Other methods are refused, and clients could invent arbitrary ones.
    if (method !== "GET" && method !== "HEAD") {
      return this.#makeBeginning(decision, method.slice(0, longestMethod), unanswered);
    }
    const key = unanswered === undefined ? method : `${method} ${unanswered}`;
    const known = beginnings.get(key);
    if (known !== undefined) return known;
    const made = this.#makeBeginning(decision, method, unanswered);
    beginnings.set(key, made);
    return made;
  }

  #makeBeginning(decision: Decision, requestMethod: string, unanswered: string | undefined): Uint8Array {
    const { asked, status, mirror } = decision;
    const reason = decisionReason(decision);
    const sample = isOurError(status) ? 1 : this.#share;
    const message = formatMessage(decision, reason, unanswered);
    const told = { message, class: asked.class, status, mirror, reason, unanswered, sample };
    const httpRequest = { requestMethod, status };
    const text = printableJson({ severity: severity(status, unanswered), ...told, httpRequest });
    return Buffer.from(`${text.slice(0, -"}}".length)},"latency":"`);
  }

  #formatTime(): string {
    const now = Date.now();
    if (now !== this.#millisecond) {
      this.#millisecond = now;
      this.#middle = `s"},"time":"${new Date(now).toISOString()}","requestId":"`;
    }
    return this.#middle;
  }
}
