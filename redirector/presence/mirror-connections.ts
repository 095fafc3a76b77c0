import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from "node:http";
import { Agent as HttpsAgent, request as requestByHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { bareHost } from "../../networks/bare-host";
import { isRedirect } from "../../networks/is-redirect";
import { publicLookup, requirePublicHost } from "../../networks/public-lookup";

/** A question to a mirror. */
export interface MirrorRequest {
  readonly method: "HEAD" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The parts of an answer that are used; never its body. */
export interface MirrorReply {
  readonly status: number;
  /** The value of `Retry-After`. */
  readonly retryAfter?: string | undefined;
  /** The value of `Content-Type`. */
  readonly type?: string | undefined;
  /** How long the answer took once there was a connection, in milliseconds. @default the whole time */
  readonly waited?: number;
}

/** Asks, and follows redirects. Rejects if no answer comes. */
export type SendToMirror = (url: string, request: MirrorRequest) => Promise<MirrorReply>;

/** More redirects than this are a loop, or as good as one. */
export const mostRedirects = 3;

/** A URL that must not be asked. The message names no address. */
class TargetRefused extends Error {
  override readonly name = "TargetRefused";
}

/** How many connections one host gets, at most. */
const mostConnections = 128;
/** How many idle connections are kept: enough for the usual traffic, few enough for a hundred mirrors. */
const mostIdle = 16;
/** How long an idle connection is kept, in milliseconds: longer than the time between two checks. */
const idleLimit = 60_000;
/** How many bytes of a body, such as an error page, are read to keep the connection. */
const mostBody = 1_024;
/** How long to wait for the end of an answer, in milliseconds. */
const endLimit = 1_000;

/** Errors of a kept connection that the server closed while we sent: it did not read the question. */
const closedMeanwhile = new Set(["ECONNRESET", "EPIPE"]);

/**
 * Connections to mirrors, kept between questions. A question never reaches a host inside a network, whatever a mirror's name
 * resolves to and wherever it redirects: every address is checked when connecting. Only https is used.
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

  /** Asks, and follows at most {@link mostRedirects} redirects. Rejects if no answer comes. */
  async send(url: string, request: MirrorRequest): Promise<MirrorReply> {
    let target = new URL(url);
    let total = 0;
    for (let redirects = 0; ; redirects++) {
      const { location, ...reply } = await this.#ask(this.#permitted(target), request);
      total += reply.waited;
      if (location === undefined) return { ...reply, waited: total };
      if (redirects === mostRedirects) throw new TargetRefused("too many redirects");
      target = new URL(location, target);
    }
  }

  /** Closes all kept connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** @throws Error if that host may not be asked */
  #permitted(target: URL): URL {
    if (this.#allowPrivate && target.protocol === "http:") return target;
    if (target.protocol !== "https:") throw new TargetRefused("not an https URL");
    if (!this.#allowPrivate) requirePublicHost(target);
    return target;
  }

  /** @param isAgain whether to make a new connection: other kept ones may be closed as well */
  async #ask(target: URL, request: MirrorRequest, isAgain = false): Promise<MirrorReply & Hop> {
    const [send, agent] = target.protocol === "https:" ? [requestByHttps, this.#https] : [requestByHttp, this.#http];
    // Not the URL itself: a user and a password in it would be sent.
    const asked = send({
      ...this.#lookup,
      agent: isAgain ? false : agent,
      host: bareHost(target.hostname),
      port: target.port,
      path: `${target.pathname}${target.search}`,
      method: request.method,
      headers: request.headers,
      signal: request.signal,
    });
    const connected = connectedAt(asked);
    try {
      const { statusCode: status = 0, headers } = await headOf(asked);
      const location = isRedirect(status) ? headers.location : undefined;
      const told = { status, location, retryAfter: headers["retry-after"], type: headers["content-type"] };
      return { ...told, waited: performance.now() - connected() };
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (isAgain || !asked.reusedSocket || !closedMeanwhile.has(code)) throw error;
      return await this.#ask(target, request, true);
    }
  }
}

/** One of several answers, when they redirect. */
interface Hop {
  readonly waited: number;
  readonly location: string | undefined;
}

/** When a request got its connection, on the clock of `performance.now()`. */
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

/** Sends a request, and drops the answer as soon as its head has arrived. */
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

/** Keeps the connection if there is no body, or only a short one. */
function leave(asked: ClientRequest, response: IncomingMessage): void {
  const { connection = "" } = response.headers;
  response.on("error", () => {});
  if (asked.method === "HEAD") {
    // Node closes the connection if no length is given, though no body can come (RFC 9112, section 6.3).
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
