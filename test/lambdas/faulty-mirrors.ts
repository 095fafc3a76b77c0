import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/**
 * What is wrong with a mirror: `silent` takes the connection and never answers, `resets` cuts it, `errors` answers 500,
 * `busy` 429, `denies-get` says 200 to HEAD and 404 to GET, `missing` 404 and `forbidden` 403 to everything, `empty` is well and
 * its objects have no byte.
 */
export type Fault = "none" | "silent" | "resets" | "errors" | "busy" | "denies-get" | "missing" | "forbidden" | "empty";

/** A mirror on loopback that can fall ill and recover. */
export interface FaultyMirror {
  readonly base: string;
  /** Method and path of every request, in the order of arrival. */
  readonly asked: readonly string[];
  /** The headers of the last request. */
  readonly headers: () => IncomingMessage["headers"];
  fault: Fault;
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

const behaviours: Readonly<Record<Fault, RequestListener>> = {
  none: serveByte,
  silent: () => {},
  resets: ({ socket }) => {
    socket.destroy();
  },
  errors: status(500),
  busy: status(429),
  "denies-get": (request, response) => {
    response.writeHead(request.method === "HEAD" ? 200 : 404).end();
  },
  missing: status(404),
  forbidden: status(403),
  empty: serveNothing,
};

/**
 * Starts a mirror.
 *
 * @param options tls: with a certificate that nobody trusts
 */
export async function startMirror(fault: Fault, { tls = false } = {}): Promise<FaultyMirror> {
  const asked: string[] = [];
  let headers: IncomingMessage["headers"] = {};
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    headers = request.headers;
    behaviours[mirror.fault](request, response);
  };
  const pair = { key: certificate("key.pem"), cert: certificate("certificate.pem") };
  const server = tls ? createTlsServer(pair, listener) : createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const mirror: FaultyMirror = {
    base: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers: () => headers,
    fault,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return mirror;
}
