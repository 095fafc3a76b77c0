import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/**
 * A mirror's fault: `silent` accepts connections and never answers, `resets` resets them, `errors` answers 500, `busy` 429,
 * `busy-for-a-minute` 503 with `Retry-After`, `denies-get` 200 to HEAD and 404 to GET, `lies` 200 to the redirector and 404 to
 * clients, `missing` 404 and `forbidden` 403 to everything. `head-405`, `head-403` and `head-501` answer HEAD so and are
 * healthy; `empty` is healthy and has empty objects; `whole` ignores ranges and sends all of a large object.
 */
export type Fault =
  | "none"
  | "silent"
  | "resets"
  | "errors"
  | "busy"
  | "busy-for-a-minute"
  | "denies-get"
  | "lies"
  | "missing"
  | "forbidden"
  | "head-405"
  | "head-403"
  | "head-501"
  | "empty"
  | "whole";

/** A mirror on loopback that can fail and recover. */
export interface FaultyMirror {
  readonly base: string;
  /** Method and path of every request, in the order of arrival. */
  readonly asked: readonly string[];
  /** The headers of the last request. */
  readonly headers: () => IncomingMessage["headers"];
  fault: Fault;
  /** The faults of single objects, by path. */
  readonly faults: Map<string, Fault>;
  /** The delay of its answers, in milliseconds. */
  delay: number;
  /** How many connections there were. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

const certificate = (name: string): Buffer => readFileSync(join(__dirname, "../fixtures/tls", name));

function serveByte(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === "HEAD") response.writeHead(200, { "Content-Length": 3 }).end();
  else if (request.headers.range === "bytes=0-0") response.writeHead(206, { "Content-Range": "bytes 0-0/3" }).end("o");
  else response.end("one");
}

function serveNothing(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(request.method === "HEAD" ? 200 : 416).end();
}

const status =
  (code: number): RequestListener =>
  (_, response) => {
    response.writeHead(code).end();
  };

const refusesHead =
  (code: number): RequestListener =>
  (request, response) => {
    if (request.method === "HEAD") response.writeHead(code).end();
    else serveByte(request, response);
  };

const behaviours: Readonly<Record<Fault, RequestListener>> = {
  none: serveByte,
  silent: () => {},
  resets: ({ socket }) => {
    socket.destroy();
  },
  errors: status(500),
  busy: status(429),
  "busy-for-a-minute": (_, response) => {
    response.writeHead(503, { "Retry-After": "60" }).end();
  },
  "denies-get": (request, response) => {
    response.writeHead(request.method === "HEAD" ? 200 : 404).end();
  },
  lies: (request, response) => {
    if (request.headers["user-agent"] === "mirrorform") serveByte(request, response);
    else response.writeHead(404).end();
  },
  missing: status(404),
  forbidden: status(403),
  "head-405": refusesHead(405),
  "head-403": refusesHead(403),
  "head-501": refusesHead(501),
  empty: serveNothing,
  whole: (_, response) => {
    response.writeHead(200, { "Content-Length": 1e9 }).write(Buffer.alloc(1e6));
  },
};

/**
 * Starts a mirror.
 *
 * @param options tls: with an untrusted certificate
 */
export async function startMirror(fault: Fault, { tls = false } = {}): Promise<FaultyMirror> {
  const asked: string[] = [];
  let headers: IncomingMessage["headers"] = {};
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    headers = request.headers;
    const answer = (): void => behaviours[mirror.faults.get(request.url ?? "") ?? mirror.fault](request, response);
    if (mirror.delay === 0) answer();
    else setTimeout(answer, mirror.delay);
  };
  const pair = { key: certificate("key.pem"), cert: certificate("certificate.pem") };
  const server = tls ? createTlsServer(pair, listener) : createServer(listener);
  let connections = 0;
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const mirror: FaultyMirror = {
    base: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers: () => headers,
    fault,
    faults: new Map(),
    delay: 0,
    connections: () => connections,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return mirror;
}
