import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { type Answer, allowedMethods, readableByAll } from "../../routing/answer";
import type { CarriedRequest } from "../carried-request";
import { failure, type Handler, type Listening, type ListenPlace } from "./carrier";
import { OpenConnections } from "./open-connections";

/** Limits of the server's clients. Times are in milliseconds. */
export interface ServerLimits {
  /**
   * Size limit of the request line and headers together, in bytes; the number of headers is not limited. @default
   * 16,384, which is Node's own default
   */
  readonly headerBytes: number;
  /**
   * How long a request's head may take, and how long a new connection may be idle before its first request. @default
   * 10,000
   */
  readonly patience: number;
  /**
   * How long a connection is kept for another request. It must be longer than load balancers in front keep it: if we
   * close first, a request may be lost on its way. Google's keeps its own for 600 seconds
   * (https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries), AWS's and nginx for 60. @default 620,000
   */
  readonly idle: number;
  /** How often slow clients are looked for: Node's default is every 30 seconds. @default 1,000 */
  readonly checkEvery: number;
  /**
   * Maximum number of simultaneous connections, each of which takes a file descriptor and a few kilobytes. A further one
   * replaces the one that has been idle the longest. @default 10,000
   */
  readonly connections: number;
  /** How long a shutdown may take. @default 8,000: Cloud Run kills a container 10 seconds after SIGTERM */
  readonly ending: number;
}

const defaults: ServerLimits = {
  headerBytes: 16_384,
  patience: 10_000,
  idle: 620_000,
  checkEvery: 1_000,
  connections: 10_000,
  ending: 8_000,
};

/**
 * Connections that may wait to be accepted, as many as Linux allows (listen(2)): with Node's default of 511, some
 * clients that arrive all at once wait for a second, until they retry.
 */
const backlog = 4_096;

/** How long an idle connection is kept while the server shuts down, in milliseconds: a request may be on its way. */
const endingIdle = 1_000;

/** Converts a Node request for the redirector. */
class NodeRequest implements CarriedRequest {
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  get method(): string {
    return this.#message.method ?? "";
  }

  get target(): string {
    return this.#message.url ?? "";
  }

  get host(): string {
    return this.#message.headers.host ?? "";
  }

  get peer(): string | undefined {
    return this.#message.socket.remoteAddress;
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }
}

/** Whether the request announces a body: bodies are not needed here, and reading one could take any amount of time. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** Sends responses and closes connections that must not be reused. */
class Answering {
  isEnding = false;
  readonly connections: OpenConnections;
  readonly #handler: Handler;
  /** The shared headers of answers as alternating names and values, for `writeHead`. */
  readonly #prepared = new WeakMap<Answer["headers"], readonly string[]>();

  constructor(handler: Handler, connections: OpenConnections) {
    this.#handler = handler;
    this.connections = connections;
  }

  readonly listener = (message: IncomingMessage, response: ServerResponse): void => {
    this.connections.noteRequest(message.socket);
    try {
      const answer = this.#handler.handle(new NodeRequest(message));
      if (answer instanceof Promise) void this.#sendLater(answer, message, response);
      else this.#send(answer, message, response);
    } catch (error) {
      this.#fail(error, message, response);
    }
  };

  async #sendLater(answer: Promise<Answer>, message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.#send(await answer, message, response);
    } catch (error) {
      this.#fail(error, message, response);
    }
  }

  #fail(error: unknown, message: IncomingMessage, response: ServerResponse): void {
    this.#handler.reportFailure?.(error);
    if (response.headersSent) message.socket.destroy();
    else this.#send(failure, message, response);
  }

  #send(answer: Answer, message: IncomingMessage, response: ServerResponse): void {
    const { status, headers, location, link, requestId, body } = answer;
    const fields = this.#prepareFields(headers).slice();
    if (location !== undefined) fields.push("Location", location);
    if (link !== undefined) fields.push("Link", link);
    if (requestId !== undefined) fields.push("X-Request-Id", requestId);
    // RFC 9110, section 8.6: never with 204.
    if (status !== 204) fields.push("Content-Length", String(body === "" ? 0 : Buffer.byteLength(body)));
    if (this.isEnding || hasBody(message)) fields.push("Connection", "close");
    response.writeHead(status, fields);
    response.end(message.method === "HEAD" ? undefined : body);
  }

  #prepareFields(headers: Answer["headers"]): readonly string[] {
    const known = this.#prepared.get(headers);
    if (known !== undefined) return known;
    const made = Object.entries(headers).flat();
    this.#prepared.set(headers, made);
    return made;
  }
}

/**
 * Shuts down without losing an accepted request: no new connections are accepted; on open connections, requests that
 * were sent or are still on their way get an answer, which announces that it is the last one; connections that are idle
 * for a second are closed.
 */
async function end(server: Server, answering: Answering, deadline: number): Promise<void> {
  const closed = once(server, "close");
  answering.isEnding = true;
  // Not http.Server's own `close`, which at once closes connections on which a request may be on its way.
  NetServer.prototype.close.call(server);
  const quiet = setTimeout(() => {
    server.closeIdleConnections();
    answering.connections.closeUnused();
  }, endingIdle);
  const late = setTimeout(() => server.closeAllConnections(), deadline);
  await closed;
  clearTimeout(quiet);
  clearTimeout(late);
}

/** Listens on Node. @throws the operating system's error if it cannot */
export async function listenOnNode(
  handler: Handler,
  { port, host }: ListenPlace,
  limits: Partial<ServerLimits> = {},
): Promise<Listening> {
  const { headerBytes, patience, idle, checkEvery, connections, ending } = { ...defaults, ...limits };
  const answering = new Answering(handler, new OpenConnections(connections));
  const options = {
    maxHeaderSize: headerBytes,
    headersTimeout: patience,
    requestTimeout: patience,
    keepAliveTimeout: idle,
    connectionsCheckingInterval: checkEvery,
    noDelay: true,
    // Otherwise Node keeps the first of several lines of some headers, `Host` among them.
    joinDuplicateHeaders: true,
  };
  const server = createServer(options, answering.listener);
  // Beyond its limit of 1,000, Node drops lines, and the last one may be the line that a proxy in front added.
  server.maxHeadersCount = 0;
  server.on("connection", (socket: Socket) => answering.connections.add(socket));
  server.on("checkContinue", answering.listener);
  server.on("clientError", refuse);
  server.on("connect", (_: IncomingMessage, socket: Socket) => refuseTunnel(socket));
  server.timeout = patience;
  // Closing connections still count, and a full backlog may arrive meanwhile.
  server.maxConnections = connections + backlog;
  server.listen({ port, host, backlog });
  await once(server, "listening");
  const { address, port: taken, family } = server.address() as AddressInfo;
  const name = family === "IPv6" ? `[${address}]` : address;
  return { url: `http://${name}:${taken}`, port: taken, end: () => end(server, answering, ending) };
}

const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** A request that is not HTTP gets a short answer if the client is still connected, and the connection is closed. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  refuseWith(refusals[error.code ?? ""] ?? "400 Bad Request", socket);
}

/** How long a client may take to read the refusal of a tunnel, in milliseconds. */
const lingering = 1_000;

/**
 * CONNECT asks for a tunnel (RFC 9110, section 9.3.6). Node hands over such a connection: we must handle its errors
 * and end it.
 */
function refuseTunnel(socket: Socket): void {
  socket.on("error", () => socket.destroy());
  setTimeout(() => socket.destroy(), lingering).unref();
  refuseWith(`405 Method Not Allowed\r\nAllow: ${allowedMethods.Allow}`, socket);
}

/** Answers on the raw connection. @param status code and reason; header lines may follow */
function refuseWith(status: string, socket: Socket): void {
  const origin = `Access-Control-Allow-Origin: ${readableByAll["Access-Control-Allow-Origin"]}`;
  socket.end(`HTTP/1.1 ${status}\r\n${origin}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
