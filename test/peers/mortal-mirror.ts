import { once } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Files } from "./file-server";
import type { Server } from "./program";

/** Shorter contents are served whole: what is to be cut has two halves worth the name. Bytes. */
const worthCutting = 50_000;

/** RFC 9110, section 14.1.2: from a byte to another one, or to the end. */
const range = /^bytes=(\d+)-(\d*)$/;

/** A mirror that dies while it serves. */
export interface MortalMirror extends Server {
  /** The path of what it served last, half of it. */
  readonly cut: () => string | undefined;
  /** Paths that were asked for by GET, in the order of arrival. */
  readonly served: readonly string[];
  /** Lets it die in the middle of the next content that is large enough. */
  letDie(): void;
}

class Mirror {
  cut: string | undefined;
  readonly served: string[] = [];
  mayDie = false;
  readonly server: HttpServer = createServer((request, response) => this.#answer(request, response));

  /** @param healthy so many contents are served before it may die */
  constructor(
    private readonly contents: Files,
    private readonly healthy: number,
  ) {}

  #answer({ url = "", method, headers }: IncomingMessage, response: ServerResponse): void {
    const content = this.contents.get(url.slice(1));
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
    else this.#serve(url, part, response);
  }

  #serve(url: string, part: Buffer, response: ServerResponse): void {
    if ((this.mayDie || this.served.length >= this.healthy) && part.length >= worthCutting) {
      this.cut ??= url;
      response.write(part.subarray(0, part.length / 2), () => this.die());
      return;
    }
    // One byte is a look of the redirector's, not a client.
    if (part.length > 1) this.served.push(url);
    response.end(part);
  }

  die(): void {
    this.server.close();
    // What was written has left this process; the other side gets it before the end of the connection.
    this.server.closeAllConnections();
  }
}

/**
 * Starts a mirror of these contents, by path without a leading slash.
 *
 * @param healthy so many contents are served before it dies in the middle of the next large one
 */
export async function mortalMirror(contents: Files, healthy: number): Promise<MortalMirror> {
  const mirror = new Mirror(contents, healthy);
  mirror.server.listen(0, "127.0.0.1");
  await once(mirror.server, "listening");
  return {
    port: (mirror.server.address() as AddressInfo).port,
    cut: () => mirror.cut,
    served: mirror.served,
    letDie: () => {
      mirror.mayDie = true;
    },
    async stop() {
      if (mirror.server.listening) mirror.die();
    },
  };
}
