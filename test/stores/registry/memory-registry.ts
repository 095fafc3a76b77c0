import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Content } from "../../../stores/registry/content";
import { type Answer, digestBy } from "./memory-answer";
import { listReferrers, listTags } from "./memory-lists";
import { MemoryUploads } from "./memory-uploads";

/** A received request. */
export interface Seen {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer that replaces the usual one. */
export type Instead = Answer;

/** What happens to a request before its body is read. */
export type Early = Answer | "reset" | "stall";

const absent: Answer = { status: 404, body: Buffer.from('{"errors":[{"code":"NAME_UNKNOWN"}]}') };
const disabled: Answer = { status: 405, body: Buffer.from('{"errors":[{"code":"UNSUPPORTED"}]}') };

/**
 * A registry in memory, by OCI's distribution specification: blobs, manifests, tags, referrers, mounts, chunks, removal. A test
 * can switch parts of it off, and make it misbehave.
 */
export class MemoryRegistry {
  readonly seen: Seen[] = [];
  /** By `repository digest`. */
  readonly blobs = new Map<string, Buffer>();
  /** By `repository reference`, where the reference is a digest or a tag. */
  readonly manifests = new Map<string, Content>();
  /** Whether a token is required; with a value `user:password`, the token server requires this login. */
  auth: { readonly login?: string } | undefined;
  /** Answers a request instead of the registry. Its body was read. */
  instead: (seen: Seen) => Instead | undefined = () => undefined;
  /** Answers a request before its body is read, resets its connection, or never reads nor answers. */
  early: (seen: Seen) => Early | undefined = () => undefined;
  /** Changes an answer of the registry: to lose, corrupt or cut it. */
  changed: (seen: Seen, answer: Answer) => Answer = (_, answer) => answer;
  /** Milliseconds before each answer. */
  latency = 0;
  mounts = true;
  /** Whether manifests, tags and blobs can be removed. */
  removal = true;
  /** Whether it has the referrers API, and sends `OCI-Subject`. */
  referrers = true;
  /** Whether `Range` is observed. */
  ranges = true;
  chunksOnly = false;
  singlePost = true;
  smallestChunk: number | undefined;
  /** Whether it says 201 for blobs, and keeps nothing. */
  forgets = false;
  /** Whether `Docker-Content-Digest` is sent. */
  namesDigests = true;
  /** Most tags or referrers on a page. */
  pageSize = 1_000;
  /** Whether pages have a `Link`. */
  links = true;
  /** Whether `tags/list` has digests, as at Google. */
  listsDigests = false;
  /** How many connections were opened. */
  connections = 0;
  readonly uploads: MemoryUploads;
  readonly #server: Server;

  constructor() {
    const registry = this;
    this.uploads = new MemoryUploads({
      get mounts() {
        return registry.mounts;
      },
      get chunksOnly() {
        return registry.chunksOnly;
      },
      get singlePost() {
        return registry.singlePost;
      },
      get smallestChunk() {
        return registry.smallestChunk;
      },
      get forgets() {
        return registry.forgets;
      },
      find: (repository, digest) => this.blobs.get(`${repository} ${digest}`),
      keep: (repository, digest, bytes) => this.blobs.set(`${repository} ${digest}`, bytes),
    });
    this.#server = createServer((request, response) => {
      // A request that is reset has nobody to answer.
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.on("connection", () => {
      this.connections += 1;
    });
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

  /** Stores a manifest under its digest and tags. */
  tag(repository: string, content: Content, ...tags: readonly string[]): void {
    for (const reference of [content.digest, ...tags]) this.manifests.set(`${repository} ${reference}`, content);
  }

  /** The tags of a repository, with their digests. */
  tagsOf(repository: string): Record<string, string> {
    const tags = [...this.#manifestsOf(repository)].filter(([reference]) => !reference.includes(":"));
    return Object.fromEntries(tags.map(([tag, { digest }]) => [tag, digest]));
  }

  /** The requests with these methods, without those for tokens. */
  asked(...methods: readonly string[]): string[] {
    return this.seen.filter(({ method }) => methods.includes(method)).map(({ method, path }) => `${method} ${path}`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const seen = { method, path: url, authorization: headers.authorization, headers };
    this.seen.push(seen);
    const early = this.early(seen);
    if (early === "stall") return;
    if (early === "reset") request.socket.resetAndDestroy();
    else if (early) send(response, method, early);
    if (early) return;
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    if (this.latency > 0) await pause(this.latency);
    send(response, method, this.instead(seen) ?? this.changed(seen, this.#usual(seen, body)));
  }

  #usual(seen: Seen, body: Buffer): Answer {
    const url = new URL(seen.path, `http://${this.host}`);
    if (url.pathname === "/token") return this.#token(seen, url, body);
    if (url.pathname === "/v2/") return { status: 200 };
    const [, repository = "", kind = "", rest = ""] =
      /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/(.*)$/.exec(url.pathname) ?? [];
    if (this.auth && !seen.authorization?.includes(`repository:${repository}:pull`)) {
      const challenge = `Bearer realm="http://${this.host}/token",service="memory",scope="repository:${repository}:pull"`;
      return { status: 401, headers: { "WWW-Authenticate": challenge } };
    }
    if (kind === "manifests") return this.#manifest(seen, repository, rest, body);
    if (kind === "tags") return listTags(repository, this.#manifestsOf(repository), url, this);
    if (kind === "referrers") {
      return this.referrers ? listReferrers(rest, this.#manifestsOf(repository), url, this.pageSize) : absent;
    }
    if (rest.startsWith("uploads/")) {
      return this.uploads.answer({ method: seen.method, repository, url, headers: seen.headers, body });
    }
    return this.#blob(seen, `${repository} ${rest}`);
  }

  #manifestsOf(repository: string): ReadonlyMap<string, Content> {
    const prefix = `${repository} `;
    const own = [...this.manifests].filter(([key]) => key.startsWith(prefix));
    return new Map(own.map(([key, content]) => [key.slice(prefix.length), content]));
  }

  #token({ authorization, method }: Seen, { searchParams }: URL, body: Buffer): Answer {
    const { login } = this.auth ?? {};
    if (login !== undefined && authorization !== `Basic ${Buffer.from(login).toString("base64")}`)
      return { status: 401 };
    const fields = method === "POST" ? new URLSearchParams(body.toString()) : searchParams;
    return { status: 200, body: Buffer.from(JSON.stringify({ token: fields.getAll("scope").join(" ") })) };
  }

  #manifest({ method, headers }: Seen, repository: string, reference: string, bytes: Buffer): Answer {
    const key = `${repository} ${reference}`;
    if (method === "PUT") return this.#putManifest(repository, reference, `${headers["content-type"] ?? ""}`, bytes);
    const found = this.manifests.get(key);
    if (method === "DELETE") return this.#removeManifest(repository, reference, found);
    if (!found) return absent;
    const digest = this.namesDigests ? { "Docker-Content-Digest": found.digest } : {};
    return { status: 200, headers: { "Content-Type": found.mediaType, ...digest }, body: found.bytes };
  }

  #putManifest(repository: string, reference: string, mediaType: string, bytes: Buffer): Answer {
    const isDigest = reference.includes(":");
    const digest = digestBy(reference, bytes);
    if (isDigest && digest !== reference) return { status: 400 };
    this.tag(repository, { mediaType, digest, bytes }, reference);
    const subject = this.referrers ? JSON.parse(bytes.toString() || "{}").subject?.digest : undefined;
    const named = this.namesDigests ? { "Docker-Content-Digest": digest } : {};
    return { status: 201, headers: { ...named, ...(subject && { "OCI-Subject": subject }) } };
  }

  /** Removing a digest removes its tags too (OCI distribution specification 1.1, "Deleting Manifests"). */
  #removeManifest(repository: string, reference: string, found: Content | undefined): Answer {
    if (!this.removal) return disabled;
    if (!found) return absent;
    const isDigest = reference.includes(":");
    for (const [each, { digest }] of this.#manifestsOf(repository)) {
      if (isDigest ? digest === reference : each === reference) this.manifests.delete(`${repository} ${each}`);
    }
    return { status: 202 };
  }

  #blob({ method, headers }: Seen, key: string): Answer {
    const body = this.blobs.get(key);
    if (method === "DELETE" && !this.removal) return disabled;
    if (!body) return absent;
    if (method === "DELETE") {
      this.blobs.delete(key);
      return { status: 202 };
    }
    const [, from] = (this.ranges && /^bytes=(\d+)-\d*$/.exec(`${headers.range ?? ""}`)) || [];
    if (from === undefined) return { status: 200, body };
    const range = `bytes ${from}-${body.length - 1}/${body.length}`;
    return { status: 206, headers: { "Content-Range": range }, body: body.subarray(Number(from)) };
  }
}

function send(response: ServerResponse, method: string, answer: Answer): void {
  const { status, headers = {}, body = Buffer.alloc(0), cutAfter } = answer;
  response.writeHead(status, { ...(status !== 204 && { "Content-Length": body.length }), ...headers });
  if (cutAfter !== undefined) response.write(body.subarray(0, cutAfter), () => response.destroy());
  else response.end(method === "HEAD" ? "" : body);
}
