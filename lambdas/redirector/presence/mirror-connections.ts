import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from "node:http";
import { Agent as HttpsAgent, request as requestByHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { publicLookup, requirePublicHost } from "../../../networks/public-lookup";

/** What is asked of a mirror. */
export interface MirrorRequest {
  readonly method: "HEAD" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What is used of an answer: nothing of its body. */
export interface MirrorReply {
  readonly status: number;
  /** The value of `Retry-After`. */
  readonly retryAfter?: string | undefined;
  /** The value of `Content-Type`. */
  readonly type?: string | undefined;
  /** How long it took since there was a connection to ask by, in milliseconds. @default as long as the whole */
  readonly waited?: number;
}

/** Asks, and follows redirects. Rejects where no answer comes. */
export type SendToMirror = (url: string, request: MirrorRequest) => Promise<MirrorReply>;

/** Who redirects further than this is in a circle, or may as well be. */
export const MOST_REDIRECTS = 3;

/** A URL that is not asked. The message names no address. */
class TargetRefused extends Error {
  override readonly name = "TargetRefused";
}

/** How many connections one host gets, at most. */
const mostConnections = 128;
/** How many of them are kept while nothing is asked: enough for the usual traffic, few enough for a hundred mirrors. */
const mostIdle = 16;
/** How long a connection is kept while nothing is asked, in milliseconds: longer than between two checks. */
const idleLimit = 60_000;
/** Of an answer's body only so many bytes are read, to keep its connection: an error page may be there. */
const mostBody = 1_024;
/** How long the end of an answer is waited for, in milliseconds. */
const endLimit = 1_000;

/** What is heard where the other end closed a kept connection while we sent: the question was not read. */
const closedMeanwhile = new Set(["ECONNRESET", "EPIPE"]);

/**
 * Connections to mirrors, kept between questions. A question leads to no host inside a network, whatever a mirror's name
 * resolves to and wherever it redirects: addresses are judged when they are connected to. Only https is spoken.
 */
export class MirrorConnections {
  readonly #allowPrivate: boolean;
  readonly #lookup: { readonly lookup?: LookupFunction };
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  /** @param allowPrivate whether mirrors may be on loopback and inside networks, and speak http: for tests and trials */
  constructor({ allowPrivate = false } = {}) {
    const kept = { keepAlive: true, maxSockets: mostConnections, maxFreeSockets: mostIdle, timeout: idleLimit };
    this.#allowPrivate = allowPrivate;
    this.#lookup = allowPrivate ? {} : { lookup: publicLookup };
    this.#http = new HttpAgent(kept);
    this.#https = new HttpsAgent(kept);
  }

  /** Asks, and follows at most {@link MOST_REDIRECTS} redirects. Rejects where no answer comes. */
  async send(url: string, request: MirrorRequest): Promise<MirrorReply> {
    let target = new URL(url);
    let total = 0;
    for (let redirects = 0; ; redirects++) {
      const { location, ...reply } = await this.#ask(this.#permitted(target), request);
      total += reply.waited;
      if (location === undefined) return { ...reply, waited: total };
      if (redirects === MOST_REDIRECTS) throw new TargetRefused("too many redirects");
      target = new URL(location, target);
    }
  }

  /** Closes what is kept. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** @throws Error where nobody may be asked there */
  #permitted(target: URL): URL {
    if (this.#allowPrivate && target.protocol === "http:") return target;
    if (target.protocol !== "https:") throw new TargetRefused("not an https URL");
    if (!this.#allowPrivate) requirePublicHost(target);
    return target;
  }

  /** @param isAgain whether a connection of its own is to be made: others that are kept may be closed as well */
  async #ask(target: URL, request: MirrorRequest, isAgain = false): Promise<MirrorReply & Hop> {
    const [send, agent] = target.protocol === "https:" ? [requestByHttps, this.#https] : [requestByHttp, this.#http];
    // Not the URL itself: a user and a password in it would be sent.
    const asked = send({
      ...this.#lookup,
      agent: isAgain ? false : agent,
      host: target.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: target.port,
      path: `${target.pathname}${target.search}`,
      method: request.method,
      headers: request.headers,
      signal: request.signal,
    });
    const connected = connectedAt(asked);
    try {
      const { statusCode: status = 0, headers } = await headOf(asked);
      const location = redirects.has(status) ? headers.location : undefined;
      const told = { status, location, retryAfter: headers["retry-after"], type: headers["content-type"] };
      return { ...told, waited: performance.now() - connected() };
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (isAgain || !asked.reusedSocket || !closedMeanwhile.has(code)) throw error;
      return await this.#ask(target, request, true);
    }
  }
}

/** One answer of several, as they redirect. */
interface Hop {
  readonly waited: number;
  readonly location: string | undefined;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** When a request had a connection to be sent by, on the clock of `performance.now()`. */
function connectedAt(asked: ClientRequest): () => number {
  let at = performance.now();
  const note = (): void => {
    at = performance.now();
  };
  asked.once("socket", (socket) => {
    if (!socket.connecting) return;
    socket.once("connect", note);
    if (asked.protocol === "https:") socket.once("secureConnect", note);
  });
  return () => at;
}

/** Sends a request, and lets go of the answer as soon as its head is there. */
function headOf(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked
      .on("response", (response) => {
        leave(asked, response);
        resolve(response);
      })
      .on("error", reject)
      .end();
  });
}

/** Keeps the connection where no body comes, or next to nothing of one. */
function leave(asked: ClientRequest, response: IncomingMessage): void {
  const { connection = "" } = response.headers;
  response.on("error", () => {});
  if (asked.method === "HEAD") {
    // Node closes the connection where no length is told, though no body can come (RFC 9112, section 6.3).
    asked.shouldKeepAlive = response.httpVersion === "1.1" && !/\bclose\b/i.test(connection);
    response.resume();
    return;
  }
  let size = 0;
  const timer = setTimeout(() => response.destroy(), endLimit).unref();
  response
    .on("close", () => clearTimeout(timer))
    .on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBody) response.destroy();
    });
}
