/** `head`: HEAD of an object; `range`: GET of an object's first byte; `check`: the same of the canary object. */
export type QuestionKind = "head" | "range" | "check";

/** `abandoned`: withdrawn, or the process was frozen meanwhile, so that nothing was learned. */
export type QuestionOutcome = "held" | "absent" | "unreachable" | "abandoned";

/** What came of a question. */
export interface MirrorAnswer {
  readonly outcome: QuestionOutcome;
  /** What the mirror did, as in "answered HEAD with status 503". No address is in it. */
  readonly words: string;
}

/** What a question needs besides what is asked. Times are in milliseconds. */
export interface QuestionSurroundings {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** When a question without an answer is slow. */
  readonly budget: number;
  /** Called once, when the budget is spent. */
  readonly slow: (words: string) => void;
  /** Called once, when {@link OVERDUE_BUDGETS} budgets are spent. */
  readonly overdue: (words: string) => void;
}

/** After so long a question is given up; milliseconds. As long as archeio's client waits (kubernetes/k8s.io#5175). */
export const QUESTION_LIMIT = 5_000;

/**
 * After so many budgets an answer is too late to show that its mirror is well. A budget is meant for one round trip to a
 * mirror nearby; a new connection takes three (TCP, TLS 1.3, HTTP), and Node's `fetch` makes a new one for every HEAD
 * (nodejs/undici#262).
 */
export const OVERDUE_BUDGETS = 3;

/**
 * A timer that fires so much too late, in milliseconds, shows that this process stood still: frozen by its platform
 * between two requests (AWS Lambda, Cloud Run without CPU between requests), or too busy to tell who was slow.
 */
export const STANDSTILL = 500;

/**
 * The only statuses from 400 to 499 that tell of the mirror: Request Timeout (RFC 9110, section 15.5.9), Too Early
 * (RFC 8470, section 5.2) and Too Many Requests (RFC 6585, section 4).
 */
const trouble: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Says what is not there. By RFC 9110, section 15.5, 4xx blames the request, and all that a client chooses of it is the
 * name: with 400 or 414 a mirror that is well refuses one that is too long to be there (S3 and Cloud Storage: more than
 * 1,024 bytes). 403: S3 answers it instead of 404 where the asker may not list the bucket
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html). 401: a client that was redirected has no token
 * for the mirror, so that for clients it is not there.
 */
function saysAbsent(status: number): boolean {
  return status >= 400 && status < 500 && !trouble.has(status);
}

/** What only a registry answers, by the OCI distribution specification's end-3. */
const manifest = /\/manifests\/[^/?]+(?:\?|$)/;

/**
 * What a manifest may be: the OCI image specification's types and Docker's, and anything else. The distribution project's
 * registry answers 404 where an OCI manifest or index is there and its type is not named ("accept header does not
 * support OCI indexes").
 */
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "*/*",
].join(", ");

/** RFC 9110, section 15.5.17: the object is there, but has no first byte, since it is empty. */
const unsatisfiable = 416;

function outcomeOf(status: number, kind: QuestionKind): QuestionOutcome {
  if (status >= 200 && status < 300) return "held";
  if (status === unsatisfiable && kind !== "head") return "held";
  return saysAbsent(status) ? "absent" : "unreachable";
}

/** What is read of an error. Its type cannot be relied on: Bun's has a code of its own, Node's a cause that has one. */
interface FetchError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: FetchError;
}

/** A code where there is one: `fetch` itself says no more than "fetch failed", and messages may name addresses. */
function reasonOf({ code, message, cause }: FetchError): string {
  return String(cause?.code ?? code ?? message);
}

function inWords(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}

/**
 * Asks a mirror for one object, with nothing in the request that comes from a client. Redirects are followed, as a
 * client would.
 */
export class MirrorQuestion {
  /** Never rejects. */
  readonly answer: Promise<MirrorAnswer>;
  readonly #kind: QuestionKind;
  readonly #around: QuestionSurroundings;
  readonly #began: number;
  readonly #controller = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  #worthless = false;

  /** The question is on its way at once. */
  constructor(kind: QuestionKind, url: string, around: QuestionSurroundings) {
    this.#kind = kind;
    this.#around = around;
    this.#began = around.clock();
    const { budget, slow, overdue } = around;
    this.#timers = [
      this.#after(budget, slow),
      this.#after(OVERDUE_BUDGETS * budget, overdue),
      this.#after(QUESTION_LIMIT, () => this.#controller.abort()),
    ];
    this.answer = this.#ask(url);
  }

  /** Withdraws the question. */
  abandon(): void {
    this.#worthless = true;
    this.#controller.abort();
  }

  get #method(): "HEAD" | "GET" {
    return this.#kind === "head" ? "HEAD" : "GET";
  }

  #after(milliseconds: number, action: (words: string) => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#lookAtClock(milliseconds);
      if (this.#worthless) this.#controller.abort();
      else action(`did not answer ${this.#method} within ${inWords(milliseconds)}`);
    }, milliseconds);
    timer.unref();
    return timer;
  }

  #lookAtClock(due: number): void {
    if (this.#around.clock() - this.#began > due + STANDSTILL) this.#worthless = true;
  }

  async #ask(url: string): Promise<MirrorAnswer> {
    const answer = await this.#send(url);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#lookAtClock(QUESTION_LIMIT);
    return this.#worthless ? { ...answer, outcome: "abandoned" } : answer;
  }

  async #send(url: string): Promise<MirrorAnswer> {
    const method = this.#method;
    const headers = {
      "User-Agent": "mirrorform",
      ...(method === "GET" && { Range: "bytes=0-0" }),
      ...(manifest.test(url) && { Accept: manifestTypes }),
    };
    try {
      const { fetch } = this.#around;
      const { status, body } = await fetch(url, { method, headers, signal: this.#controller.signal });
      body?.cancel().catch(() => {});
      return { outcome: outcomeOf(status, this.#kind), words: `answered ${method} with status ${status}` };
    } catch (error) {
      const late = this.#controller.signal.aborted;
      const words = late
        ? `did not answer ${method} within ${inWords(QUESTION_LIMIT)}`
        : `failed: ${reasonOf(error as FetchError)}`;
      return { outcome: "unreachable", words };
    }
  }
}
