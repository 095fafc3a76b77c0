import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The relevant parts of a request that the server received. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** Answers a request. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on loopback whose replies the test sets. */
export class ObjectServer {
  /** All requests so far. */
  received: ReceivedRequest[] = [];
  reply: Reply = (_, response) => response.writeHead(404).end();
  readonly #server: Server = createServer((request, response) => {
    this.received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    this.reply(request, response);
  });

  /** Without a final slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Method and path of each request. */
  get lines(): string[] {
    return this.received.map(({ method, path }) => `${method} ${path}`);
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Replies with an object, like a server with ETags. */
export function replyWithObject(text: string, etag: string): Reply {
  return (request, response) => {
    const isKnown = request.headers["if-none-match"] === etag;
    response.writeHead(isKnown ? 304 : 200, { ETag: etag }).end(isKnown ? undefined : text);
  };
}

/** Replies with an error. */
export function replyWithError(status: number, body = ""): Reply {
  return (_, response) => {
    response.writeHead(status, { "Content-Type": "application/xml" }).end(body);
  };
}
