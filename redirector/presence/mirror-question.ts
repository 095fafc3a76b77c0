import { describeFailureCode } from "../../networks/describe-fetch-failure";
import { blobUrl, clientLikeness, manifestTypes, manifestUrl } from "./client-likeness";
import type { MirrorReply, SendToMirror } from "./mirror-connections";

/**
 * `head`: HEAD of an object, with our own user agent; `range`: GET of an object's first byte, like a client; `check`: the same
 * for an object that shows the mirror's health.
 */
export type QuestionKind = "head" | "range" | "check";

/**
 * `refused`: the mirror refuses HEAD; `busy`: it wants fewer questions; `abandoned`: withdrawn, or the process was frozen in the
 * meantime, so the answer proves nothing.
 */
export type QuestionOutcome = "held" | "absent" | "unreachable" | "refused" | "busy" | "abandoned";

/** The answer to a question. */
export interface MirrorAnswer {
  readonly outcome: QuestionOutcome;
  /** What the mirror did, as in "answered HEAD with status 503". Contains no address. */
  readonly words: string;
  /** Whether the answer was later than a client should wait. */
  readonly late: boolean;
  /** When the mirror wants to be asked again: the value of `Retry-After`. */
  readonly retryAfter?: string | undefined;
  /** Whether it may have failed only for this name: 503 can; 429 is always about the caller. @default false */
  readonly atThisName?: boolean;
}

/** The dependencies and limits of a question. Times are in milliseconds. */
export interface QuestionOptions {
  readonly send: SendToMirror;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** After this time a question without an answer is slow. */
  readonly budget: number;
  /** Called once, when the budget is spent. */
  readonly onSlow: (words: string) => void;
}

/** Timeout of a question, in milliseconds. The client of archeio, the redirector of registry.k8s.io, waits as long (kubernetes/k8s.io#5175). */
export const questionLimit = 5_000;

/**
 * How many times the budget an answer may take if it needs a new connection. A budget is one round trip to a mirror nearby; a new
 * connection takes two more (TCP, TLS 1.3). After that a check is given up: the next one is due soon.
 */
export const connectingBudgets = 3;

/**
 * A timer that fires this much too late, in milliseconds, shows that this process stood still: frozen by its platform
 * between two requests (AWS Lambda, Cloud Run without CPU between requests), or too busy to tell which side was slow.
 */
export const standstill = 500;

/**
 * The only statuses from 400 to 499 that are about the mirror: Request Timeout (RFC 9110, section 15.5.9) and Too Early
 * (RFC 8470, section 5.2).
 */
const mirrorStatuses: ReadonlySet<number> = new Set([408, 425]);

/**
 * If HEAD gets one of these statuses, GET may get another: the method is not allowed (405) or not implemented (501;
 * RFC 9110, sections 15.5.6 and 15.6.2), or forbidden by a rule that only allows GET (403), as with presigned URLs and
 * some web application firewalls.
 */
const refusals: ReadonlySet<number> = new Set([403, 405, 501]);

/** Too Many Requests (RFC 6585, section 4). */
const tooMany = 429;
/** Service Unavailable (RFC 9110, section 15.6.4): with `Retry-After` the mirror wants fewer questions; without, it is a failure. */
const unavailable = 503;

/** Range Not Satisfiable (RFC 9110, section 15.5.17): the object is there, but is empty and has no first byte. */
const unsatisfiable = 416;

/**
 * By RFC 9110, section 15.5, 4xx means that the request is at fault, and the client only chooses the name in it: with 400 or 414
 * a healthy mirror refuses a name that is too long to exist there (S3 and Cloud Storage: more than 1,024 bytes). S3 answers
 * 403 instead of 404, to GET as well as to HEAD, if the caller may not list the bucket
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html). With 401 the object is not there for clients either: a
 * redirected client has no token for the mirror.
 */
function judgeReply({ status, retryAfter, type }: MirrorReply, kind: QuestionKind, url: string): QuestionOutcome {
  if (status >= 200 && status < 300) return isWrongPage(type, url) ? "absent" : "held";
  if (status === tooMany || (status === unavailable && retryAfter !== undefined)) return "busy";
  if (kind === "head" && refusals.has(status)) return "refused";
  if (kind !== "head" && status === unsatisfiable) return "held";
  return status >= 400 && status < 500 && !mirrorStatuses.has(status) ? "absent" : "unreachable";
}

/** Extensions of files that may be HTML pages. */
const pageEnding = /^(?:[xs]?html?|php[0-9]?|aspx?|jsp|cgi|md)$/i;

/**
 * Whether an answer is an HTML page although the object is not one: an error page, a login or a portal, sent with
 * status 200. Names without an extension may be directories, which have such pages.
 */
function isWrongPage(type: string | undefined, url: string): boolean {
  if (type === undefined || !/^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(type)) return false;
  if (manifestUrl.test(url) || blobUrl.test(url)) return true;
  const [, ending] = /\.([0-9]*[a-z][a-z0-9]*)(?:\?|$)/i.exec(url.slice(url.lastIndexOf("/"))) ?? [];
  return ending !== undefined && !pageEnding.test(ending);
}

function formatDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}

/** Asks a mirror for one object. Nothing in the request comes from a client. */
export class MirrorQuestion {
  /** Never rejects. */
  readonly answer: Promise<MirrorAnswer>;
  readonly #kind: QuestionKind;
  readonly #options: QuestionOptions;
  readonly #limit: number;
  readonly #began: number;
  readonly #controller = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  #isInconclusive = false;

  /** Sends the question at once. */
  constructor(kind: QuestionKind, url: string, options: QuestionOptions) {
    const { budget, onSlow, clock } = options;
    this.#kind = kind;
    this.#options = options;
    this.#limit = kind === "check" ? Math.min(questionLimit, connectingBudgets * budget) : questionLimit;
    this.#began = clock();
    this.#timers = [this.#startTimer(budget, onSlow), this.#startTimer(this.#limit, () => this.#controller.abort())];
    this.answer = this.#ask(url);
  }

  /** Withdraws the question. */
  abandon(): void {
    this.#isInconclusive = true;
    this.#controller.abort();
  }

  get #method(): "HEAD" | "GET" {
    return this.#kind === "head" ? "HEAD" : "GET";
  }

  #startTimer(milliseconds: number, action: (words: string) => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#detectStandstill(milliseconds);
      if (this.#isInconclusive) this.#controller.abort();
      else action(this.#describeSilence(milliseconds));
    }, milliseconds);
    timer.unref();
    return timer;
  }

  #describeSilence(milliseconds: number): string {
    return `did not answer ${this.#method} within ${formatDuration(milliseconds)}`;
  }

  #detectStandstill(due: number): void {
    if (this.#options.clock() - this.#began > due + standstill) this.#isInconclusive = true;
  }

  async #ask(url: string): Promise<MirrorAnswer> {
    const answer = await this.#send(url);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#detectStandstill(this.#limit);
    return this.#isInconclusive ? { ...answer, outcome: "abandoned" } : answer;
  }

  async #send(url: string): Promise<MirrorAnswer> {
    const { budget, send } = this.#options;
    const request = { method: this.#method, headers: this.#headers(url), signal: this.#controller.signal };
    try {
      const began = performance.now();
      const reply = await send(url, request);
      const total = performance.now() - began;
      const late = (reply.waited ?? total) > budget || total > connectingBudgets * budget;
      const words = late ? this.#describeSilence(budget) : `answered ${this.#method} with status ${reply.status}`;
      const outcome = judgeReply(reply, this.#kind, url);
      return { outcome, words, late, retryAfter: reply.retryAfter, atThisName: reply.status === unavailable };
    } catch (error) {
      const late = this.#controller.signal.aborted;
      const words = late ? this.#describeSilence(this.#limit) : `failed: ${describeFailureCode(error)}`;
      return { outcome: "unreachable", words, late };
    }
  }

  #headers(url: string): Readonly<Record<string, string>> {
    if (this.#kind !== "head") return { ...clientLikeness(url, this.#options.random()), Range: "bytes=0-0" };
    return { "User-Agent": "mirrorform", Accept: manifestUrl.test(url) ? manifestTypes : "*/*" };
  }
}
