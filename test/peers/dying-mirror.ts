import { once } from "node:events";
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Files } from "./file-server";
import type { Server } from "./program";

/** Only downloads of at least this many bytes are interrupted: shorter ones end too soon. */
const smallestInterrupted = 500_000;

/** Time from sending half of a download to dying, in milliseconds; other requests are still served. */
const dyingTime = 300;

/** RFC 9110, section 14.1.2: from one byte to another, or to the end. */
const range = /^bytes=(\d+)-(\d*)$/;

/** A mirror that dies in the middle of a download. */
export interface DyingMirror extends Server {
  /** The path of the download that it interrupted. */
  readonly interrupted: string | undefined;
  /** How many downloads clients completed. */
  readonly completed: number;
  /** Whether it dies during the next download that is large enough. */
  willDie: boolean;
}

class Mirror implements DyingMirror {
  port = 0;
  willDie: boolean;
  interrupted: string | undefined;
  completed = 0;
  readonly #server: HttpServer = createServer((request, response) => this.#answer(request, response));

  readonly #contents: Files;

  constructor(contents: Files, willDie: boolean) {
    this.#contents = contents;
    this.willDie = willDie;
  }

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
    // containerd adds a query with the registry's name.
    const path = url.slice(1).replace(/\?.*/, "");
    const content = this.#contents.get(path);
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
    else if (this.willDie && part.length >= smallestInterrupted) void this.#die(path, part, response);
    else this.#serve(part, response);
  }

  #serve(part: Buffer, response: ServerResponse): void {
    // One byte is a check of the redirector, not a download.
    if (part.length > 1) this.completed++;
    response.end(part);
  }

  async #die(path: string, part: Buffer, response: ServerResponse): Promise<void> {
    this.interrupted = path;
    response.write(part.subarray(0, part.length / 2));
    await pause(dyingTime);
    await this.stop();
  }
}

/**
 * Starts a mirror.
 *
 * @param contents by path, without a leading slash
 * @param willDie whether it dies in the middle of the first download that is large enough
 */
export function startDyingMirror(contents: Files, willDie: boolean): Promise<DyingMirror> {
  return new Mirror(contents, willDie).start();
}
