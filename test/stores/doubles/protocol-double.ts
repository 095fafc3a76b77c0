import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that a double received. */
export interface DoubleRequest {
  readonly method: string;
  /** With its query, as sent. */
  readonly path: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A double's answer. */
export interface DoubleAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a double does instead of answering: it closes the connection, before or after it does what was asked, or after half of the answer. */
export type Silence = "close" | "close-after" | "interrupt";

/** An object of a double. */
export interface DoubleObject {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly sha256: string | undefined;
  /** Grows with each write. */
  readonly generation: number;
  /** What the protocol keeps besides. */
  readonly more?: Readonly<Record<string, string>>;
}

/**
 * An object store in memory, on loopback, that speaks one store's protocol and checks what it is sent. It answers a request that breaks the
 * protocol with status 400, and remembers why.
 */
export abstract class ProtocolDouble {
  readonly received: DoubleRequest[] = [];
  readonly objects = new Map<string, DoubleObject>();
  /** Why requests were refused that a client must not send. */
  readonly complaints: string[] = [];
  /** Answers a request instead of the store. */
  instead: (request: DoubleRequest) => DoubleAnswer | Silence | undefined = () => undefined;
  #generation = 0;
  readonly #server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const { method = "", url: path = "", headers } = request;
    const url = new URL(path, this.url);
    const seen: DoubleRequest = { method, path, url, headers, body: Buffer.concat(chunks) };
    this.received.push(seen);
    const instead = this.instead(seen);
    if (instead === "close") {
      request.socket.destroy();
      return;
    }
    const { status, headers: sent = {}, body = "" } = typeof instead === "object" ? instead : this.#reply(seen);
    if (instead === "close-after") {
      request.socket.destroy();
      return;
    }
    const bytes = Buffer.from(body);
    response.writeHead(status, { "content-length": bytes.length, ...sent });
    if (instead === "interrupt") response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
    else response.end(method === "HEAD" ? undefined : bytes);
  });

  /** Without a final slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Method and path of each request. */
  get lines(): string[] {
    return this.received.map(({ method, path }) => `${method} ${path}`);
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Answers as the store does. @throws Error if the request breaks the protocol */
  protected abstract answer(request: DoubleRequest): DoubleAnswer;

  protected keep(key: string, object: Omit<DoubleObject, "generation">): DoubleObject {
    this.#generation += 1;
    const kept = { ...object, generation: this.#generation };
    this.objects.set(key, kept);
    return kept;
  }

  /** The keys that begin with a prefix, in the order of their bytes. */
  protected keysFrom(prefix: string): string[] {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
    return keys.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  }

  #reply(request: DoubleRequest): DoubleAnswer {
    try {
      return this.answer(request);
    } catch (error) {
      this.complaints.push(`${request.method} ${request.path}: ${(error as Error).message}`);
      return { status: 400, body: `<Error><Code>Protocol</Code></Error>` };
    }
  }
}

/** The answer to a GET, with or without a range from a byte on. */
export function answerBytes(
  bytes: Buffer,
  range: string | undefined,
  headers: Readonly<Record<string, string>>,
): DoubleAnswer {
  if (range === undefined) return { status: 200, headers, body: bytes };
  const [, first] = /^bytes=([0-9]+)-$/.exec(range) ?? [];
  if (first === undefined) throw new Error(`the range is ${range}`);
  const from = Number(first);
  if (from >= bytes.length) return { status: 416, headers: { "content-range": `bytes */${bytes.length}` } };
  const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...headers, "content-range": contentRange }, body: bytes.subarray(from) };
}
