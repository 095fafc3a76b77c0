import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type Content, digestOf } from "../../../stores/registry/content";

/** A received request. */
export interface Seen {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string | undefined;
}

/** An answer that replaces the usual one. */
export interface Instead {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** A registry in memory, which a test can make misbehave. */
export class MemoryRegistry {
  readonly seen: Seen[] = [];
  /** By `repository digest`. */
  readonly blobs = new Map<string, Buffer>();
  /** By `repository reference`. */
  readonly manifests = new Map<string, Content>();
  /** Whether a token is required; with a value `user:password`, the token server requires this login. */
  auth: { readonly login?: string } | undefined;
  /** Answers a request instead of the registry. */
  instead: (seen: Seen) => Instead | undefined = () => undefined;
  mounts = true;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stores content for a pull. */
  hold(repository: string, ...contents: readonly Content[]): void {
    for (const each of contents) {
      this.blobs.set(`${repository} ${each.digest}`, each.bytes);
      this.manifests.set(`${repository} ${each.digest}`, each);
    }
  }

  /** The requests with these methods, without those for tokens. */
  asked(...methods: readonly string[]): string[] {
    return this.seen.filter(({ method }) => methods.includes(method)).map(({ method, path }) => `${method} ${path}`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const seen = { method, path: url, authorization: headers.authorization };
    this.seen.push(seen);
    const {
      status,
      headers: sent = {},
      body: answered = Buffer.alloc(0),
    } = this.instead(seen) ?? this.#usual(seen, request, body);
    response.writeHead(status, { "Content-Length": answered.length, ...sent });
    response.end(method === "HEAD" ? "" : answered);
  }

  #usual(seen: Seen, { headers }: IncomingMessage, body: Buffer): Instead {
    const url = new URL(seen.path, `http://${this.host}`);
    if (url.pathname === "/token") return this.#token(seen, url, body);
    const [, repository = "", kind = "", rest = ""] = /^\/v2\/(.+?)\/(manifests|blobs)\/(.*)$/.exec(url.pathname) ?? [];
    if (this.auth && !seen.authorization?.includes(`repository:${repository}:pull`)) {
      const challenge = `Bearer realm="http://${this.host}/token",service="memory",scope="repository:${repository}:pull"`;
      return { status: 401, headers: { "WWW-Authenticate": challenge } };
    }
    if (kind === "manifests") return this.#manifest(seen.method, repository, rest, headers["content-type"] ?? "", body);
    return rest.startsWith("uploads/")
      ? this.#upload(seen.method, repository, url, body)
      : this.#blob(`${repository} ${rest}`);
  }

  #token({ authorization, method }: Seen, { searchParams }: URL, body: Buffer): Instead {
    const { login } = this.auth ?? {};
    if (login !== undefined && authorization !== `Basic ${Buffer.from(login).toString("base64")}`)
      return { status: 401 };
    const fields = method === "POST" ? new URLSearchParams(body.toString()) : searchParams;
    return { status: 200, body: Buffer.from(JSON.stringify({ token: fields.getAll("scope").join(" ") })) };
  }

  #manifest(method: string, repository: string, reference: string, mediaType: string, bytes: Buffer): Instead {
    if (method === "PUT") {
      this.manifests.set(`${repository} ${reference}`, { mediaType, digest: digestOf(bytes), bytes });
      return { status: 201 };
    }
    const found = this.manifests.get(`${repository} ${reference}`);
    return found ? { status: 200, headers: { "Content-Type": found.mediaType }, body: found.bytes } : { status: 404 };
  }

  #blob(key: string): Instead {
    const body = this.blobs.get(key);
    return body ? { status: 200, body } : { status: 404 };
  }

  #upload(method: string, repository: string, { pathname, searchParams }: URL, body: Buffer): Instead {
    if (method === "POST") {
      const [digest = "", from = ""] = [searchParams.get("mount") ?? "", searchParams.get("from") ?? ""];
      const mounted = this.mounts ? this.blobs.get(`${from} ${digest}`) : undefined;
      if (!mounted) return { status: 202, headers: { Location: `${pathname}session?state=1` } };
      this.blobs.set(`${repository} ${digest}`, mounted);
      return { status: 201 };
    }
    const digest = searchParams.get("digest") ?? "";
    if (digestOf(body) !== digest || searchParams.get("state") !== "1") return { status: 400 };
    this.blobs.set(`${repository} ${digest}`, body);
    return { status: 201 };
  }
}
