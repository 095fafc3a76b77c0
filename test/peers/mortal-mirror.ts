import { once } from "node:events";
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Files } from "./file-server";
import type { Server } from "./program";

/** Only contents of so many bytes are cut: the others are soon over. */
const worthCutting = 500_000;

/** How long others are served while what will be cut waits with half of it sent, in milliseconds. */
const lastMoments = 300;

/** RFC 9110, section 14.1.2: from a byte to another one, or to the end. */
const range = /^bytes=(\d+)-(\d*)$/;

/** A mirror that dies while it serves. */
export interface MortalMirror extends Server {
  /** The path of what it served to the half. */
  readonly cut: string | undefined;
  /** How many contents it served to clients as a whole. */
  readonly served: number;
  /** Whether it dies with the next content that is large enough. */
  mortal: boolean;
}

class Mirror implements MortalMirror {
  port = 0;
  cut: string | undefined;
  served = 0;
  readonly #server: HttpServer = createServer((request, response) => this.#answer(request, response));

  constructor(
    private readonly contents: Files,
    public mortal: boolean,
  ) {}

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ url = "", method, headers }: IncomingMessage, response: ServerResponse): void {
    // containerd tells the registry's name in a query.
    const path = url.slice(1).replace(/\?.*/, "");
    const content = this.contents.get(path);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const [, from, to] = range.exec(headers.range ?? "") ?? [];
    const first = Number(from ?? 0);
    const part = content.subarray(first, to ? Number(to) + 1 : undefined);
    response.writeHead(from === undefined ? 200 : 206, {
      "Accept-Ranges": "bytes",
      "Content-Length": part.length,
      ...(from !== undefined && { "Content-Range": `bytes ${first}-${first + part.length - 1}/${content.length}` }),
    });
    if (method === "HEAD") response.end();
    else if (this.mortal && part.length >= worthCutting) void this.#die(path, part, response);
    else this.#serve(part, response);
  }

  #serve(part: Buffer, response: ServerResponse): void {
    // One byte is a look of the redirector's, and not a client.
    if (part.length > 1) this.served++;
    response.end(part);
  }

  async #die(path: string, part: Buffer, response: ServerResponse): Promise<void> {
    this.cut = path;
    response.write(part.subarray(0, part.length / 2));
    await pause(lastMoments);
    await this.stop();
  }
}

/**
 * Starts a mirror of these contents, by path without a leading slash.
 *
 * @param mortal whether it dies in the middle of the first content that is large enough
 */
export function mortalMirror(contents: Files, mortal: boolean): Promise<MortalMirror> {
  return new Mirror(contents, mortal).start();
}
