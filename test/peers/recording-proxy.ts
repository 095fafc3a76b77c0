import { once } from "node:events";
import {
  Agent,
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import type { Server } from "./program";

/** A request that went through a proxy. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Bytes of its body that the server got. */
  readonly sent: number;
  /** The first bytes of its body: Google's API has an object's name there. */
  readonly beginning: string;
  /** Bytes of the answer's body. */
  readonly received: number;
  /** Undefined if there was no answer. */
  readonly status: number | undefined;
}

/** Bytes of a body that are kept. */
const longestBeginning = 1_000;

type MutableRequest = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };

/**
 * A proxy before a server on loopback: an access log that all servers write in the same form. It stays at its port while the server
 * behind it is replaced.
 */
export class RecordingProxy implements Server {
  port = 0;
  /** The port of the server behind it. */
  target: number | undefined;
  /** Called when a request begins. @default nothing */
  onRequest: (seen: SeenRequest) => void = () => {};
  readonly #seen: SeenRequest[] = [];
  readonly #server: HttpServer = createServer((message, response) => this.#pass(message, response));
  // Servers close idle connections when they like, and a request that is sent just then fails.
  readonly #agent = new Agent({ keepAlive: false });

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** The requests since the last call. */
  take(): SeenRequest[] {
    return this.#seen.splice(0);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #pass(message: IncomingMessage, response: ServerResponse): void {
    const { method = "", url: path = "", headers } = message;
    const seen: MutableRequest = { method, path, sent: 0, beginning: "", received: 0, status: undefined };
    this.#seen.push(seen);
    this.onRequest(seen);
    const { expect: _expect, ...passed } = headers;
    const onward = request({ host: "127.0.0.1", port: this.target, path, method, headers: passed, agent: this.#agent });
    message.on("data", (chunk: Buffer) => {
      seen.sent += chunk.length;
      if (seen.beginning.length < longestBeginning) seen.beginning += chunk.toString("latin1", 0, longestBeginning);
    });
    onward.on("response", (answer) => {
      seen.status = answer.statusCode;
      answer.on("data", (chunk: Buffer) => {
        seen.received += chunk.length;
      });
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    onward.on("error", () => response.destroy());
    // A client that was killed: the server must see that, too.
    response.on("close", () => onward.destroy());
    pipeline(message, onward, () => {});
  }
}
