import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { mostRedirects } from "./is-redirect";
import { TargetRefused } from "./permitted-target";
import { createPublicRequest, type PublicRequest, redirectLocation, sendRequest } from "./public-request";

/** A request to one of the hosts. */
export interface ConnectionRequest extends Pick<PublicRequest, "method" | "headers" | "signal"> {
  /** Whether the response's body is dropped. A short body does not close the connection. @default false */
  readonly isBodyDropped?: boolean;
}

/** The last response, after redirects. */
export interface ConnectionResponse {
  /** Its body must be read or destroyed, unless it is dropped. */
  readonly response: IncomingMessage;
  /** How long the responses took after connecting, redirects included; milliseconds. */
  readonly waited: number;
}

/** At most this many connections per host. */
const mostConnections = 128;
/** At most this many idle connections are kept: enough for the usual traffic, few enough for a hundred mirrors. */
const mostIdle = 16;
/** How long an idle connection is kept, in milliseconds: longer than the time between two checks of a mirror. */
const idleLimit = 60_000;
/** How many bytes of a dropped body, such as an error page, are read to keep the connection. */
const mostDropped = 1_024;
/** How long to wait for the end of a dropped body, in milliseconds. */
const endLimit = 1_000;

/** Errors of a kept connection that the server closed while we sent: it did not read the request. */
const closedByServer: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/**
 * Connections to hosts on the public internet, kept between requests. A request never reaches a host inside a network,
 * regardless of name resolution and redirects. Only uses https.
 */
export class PublicConnections {
  readonly #allowPrivate: boolean;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  /** @param allowPrivate whether to allow hosts on loopback and inside networks, and http: for tests and trials */
  constructor({ allowPrivate = false } = {}) {
    const kept = { keepAlive: true, maxSockets: mostConnections, maxFreeSockets: mostIdle, timeout: idleLimit };
    this.#allowPrivate = allowPrivate;
    this.#http = new HttpAgent(kept);
    this.#https = new HttpsAgent(kept);
  }

  /** Sends a request, and follows at most {@link mostRedirects} redirects. Rejects if there is no response. */
  async request(url: string, options: ConnectionRequest): Promise<ConnectionResponse> {
    let target = new URL(url);
    let total = 0;
    for (let redirects = 0; ; redirects++) {
      const { response, waited } = await this.#requestOnce(target, options);
      total += waited;
      const location = redirectLocation(response);
      if (location === undefined) return { response, waited: total };
      if (redirects === mostRedirects) throw new TargetRefused("too many redirects");
      target = new URL(location, target);
    }
  }

  /** Closes all kept connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** @param isAgain whether to make a new connection: other kept ones may be closed as well */
  async #requestOnce(target: URL, options: ConnectionRequest, isAgain = false): Promise<ConnectionResponse> {
    const { isBodyDropped = false, ...sent } = options;
    const kept = target.protocol === "https:" ? this.#https : this.#http;
    const agent = isAgain ? false : kept;
    const request = createPublicRequest(target, { ...sent, agent, allowPrivate: this.#allowPrivate });
    const connectedAt = watchConnection(request);
    try {
      const response = await sendRequest(request, (head) => {
        if (isBodyDropped || redirectLocation(head) !== undefined) dropBody(request, head);
      });
      return { response, waited: performance.now() - connectedAt() };
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (isAgain || !request.reusedSocket || !closedByServer.has(code)) throw error;
      return await this.#requestOnce(target, options, true);
    }
  }
}

/** @returns the time when the request got its connection, on the clock of `performance.now()` */
function watchConnection(request: ClientRequest): () => number {
  let at = performance.now();
  const update = (): void => {
    at = performance.now();
  };
  request.once("socket", (socket) => {
    if (!socket.connecting) return;
    socket.once("connect", update);
    if (request.protocol === "https:") socket.once("secureConnect", update);
  });
  return () => at;
}

/** Keeps the connection if there is no body, or only a short one. */
function dropBody(request: ClientRequest, response: IncomingMessage): void {
  const { connection = "" } = response.headers;
  response.on("error", () => {});
  if (request.method === "HEAD") {
    // Node closes the connection if no length is given, though no body can come (RFC 9112, section 6.3).
    request.shouldKeepAlive = response.httpVersion === "1.1" && !/\bclose\b/i.test(connection);
    response.resume();
    return;
  }
  let size = 0;
  const timer = setTimeout(() => response.destroy(), endLimit).unref();
  response
    .on("close", () => clearTimeout(timer))
    .on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostDropped) response.destroy();
    });
}
