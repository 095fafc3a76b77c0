import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that publishes what a test gives it, by path. Everything else is not found. */
export class Publisher {
  /** How requests are answered, by path. */
  readonly answers = new Map<string, RequestListener>();
  readonly #server = createServer((request, response) => {
    const answer = this.answers.get(request.url ?? "");
    if (answer === undefined) response.writeHead(404).end("not here");
    else answer(request, response);
  });

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** The URL, without a path. */
  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  publish(path: string, body: string | Buffer): void {
    this.answers.set(path, (_, response) => {
      response.end(body);
    });
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
