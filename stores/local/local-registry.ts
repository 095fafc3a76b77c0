import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { algorithmOf, type Content, digestOf } from "../registry/content";
import { type Answer, errorAnswer } from "./local-answer";
import { listReferrers, listTags } from "./local-lists";
import type { LocalRequest } from "./local-request";
import { LocalUploads } from "./local-uploads";

/** The largest body that is accepted, in bytes: everything is kept in memory. */
const largestBody = 64 * 1024 * 1024;

/**
 * A registry in this process, on loopback, for trials and tests: blobs, manifests, tags, referrers, mounts, chunks and removal, by
 * OCI's distribution specification 1.1. Everything is kept in memory, and anyone on this machine may write.
 */
export class LocalRegistry {
  /** By `repository digest`. */
  readonly blobs = new Map<string, Buffer>();
  /** By `repository reference`, where the reference is a digest or a tag. */
  readonly manifests = new Map<string, Content>();
  /** How many requests arrived. */
  requests = 0;
  /** How many connections were opened. */
  connections = 0;
  /** Most tags or referrers on a page. */
  protected readonly pageSize: number = 1_000;
  protected readonly uploading = new LocalUploads({
    find: (repository, digest) => this.blobs.get(`${repository} ${digest}`),
    keep: (repository, digest, bytes) => this.blobs.set(`${repository} ${digest}`, bytes),
  });
  #server: Server | undefined;
  #port = 0;

  /** Listens on a free port; after a stop, on the same one again. */
  async start(): Promise<this> {
    const server = createServer((request, response) => {
      // A request that is reset has nobody to answer.
      this.serve(request, response).catch(() => response.destroy());
    });
    server.on("connection", () => {
      this.connections += 1;
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Closes all connections. Its content stays. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
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
    const tags = [...this.manifestsOf(repository)].filter(([reference]) => !reference.includes(":"));
    return Object.fromEntries(tags.map(([tag, { digest }]) => [tag, digest]));
  }

  /** Receives a request, and answers it. */
  protected async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const { method = "", url = "", headers } = incoming;
    const body = await receive(incoming);
    if (body === undefined) return send(response, method, errorAnswer(413, "SIZE_INVALID"));
    send(response, method, this.answer({ method, url: new URL(url, `http://${this.host}`), headers, body }));
  }

  protected answer(request: LocalRequest): Answer {
    const { pathname } = request.url;
    if (pathname === "/v2/") return { status: 200 };
    const [, repository = "", kind = "", rest = ""] =
      /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/(.*)$/.exec(pathname) ?? [];
    switch (kind) {
      case "manifests":
        return this.#answerManifest(repository, rest, request);
      case "tags":
        return listTags(repository, this.manifestsOf(repository), request.url, this.pageSize);
      case "referrers":
        return listReferrers(rest, this.manifestsOf(repository), request.url, this.pageSize);
      case "blobs":
        return rest.startsWith("uploads/")
          ? this.uploading.answer(repository, request)
          : this.#answerBlob(`${repository} ${rest}`, request);
      default:
        return errorAnswer(404, "NAME_UNKNOWN");
    }
  }

  /** The manifests of a repository, by digest and by tag. */
  protected manifestsOf(repository: string): ReadonlyMap<string, Content> {
    const prefix = `${repository} `;
    const own = [...this.manifests].filter(([key]) => key.startsWith(prefix));
    return new Map(own.map(([key, content]) => [key.slice(prefix.length), content]));
  }

  #answerManifest(repository: string, reference: string, { method, headers, body }: LocalRequest): Answer {
    if (method === "PUT") return this.#putManifest(repository, reference, `${headers["content-type"] ?? ""}`, body);
    const found = this.manifests.get(`${repository} ${reference}`);
    if (!found) return errorAnswer(404, "MANIFEST_UNKNOWN");
    if (method === "DELETE") return this.#removeManifest(repository, reference);
    const { mediaType, digest, bytes } = found;
    return { status: 200, headers: { "Content-Type": mediaType, "Docker-Content-Digest": digest }, body: bytes };
  }

  #putManifest(repository: string, reference: string, mediaType: string, bytes: Buffer): Answer {
    const digest = digestOf(bytes, algorithmOf(reference));
    if (reference.includes(":") && digest !== reference) return errorAnswer(400, "DIGEST_INVALID");
    const manifest = parseObject(bytes);
    if (manifest === undefined) return errorAnswer(400, "MANIFEST_INVALID");
    const { subject } = manifest;
    this.tag(repository, { mediaType, digest, bytes }, reference);
    const processed = subject?.digest === undefined ? {} : { "OCI-Subject": subject.digest };
    return { status: 201, headers: { "Docker-Content-Digest": digest, ...processed } };
  }

  /** Removing a digest removes its tags too (OCI distribution specification 1.1, "Deleting Manifests"). */
  #removeManifest(repository: string, reference: string): Answer {
    const isDigest = reference.includes(":");
    for (const [each, { digest }] of this.manifestsOf(repository)) {
      if (isDigest ? digest === reference : each === reference) this.manifests.delete(`${repository} ${each}`);
    }
    return { status: 202 };
  }

  #answerBlob(key: string, { method, headers }: LocalRequest): Answer {
    const body = this.blobs.get(key);
    if (!body) return errorAnswer(404, "BLOB_UNKNOWN");
    if (method === "DELETE") {
      this.blobs.delete(key);
      return { status: 202 };
    }
    const [, from] = /^bytes=(\d+)-\d*$/.exec(`${headers.range ?? ""}`) ?? [];
    if (from === undefined) return { status: 200, body };
    if (Number(from) >= body.length) return errorAnswer(416, "SIZE_INVALID");
    const range = `bytes ${from}-${body.length - 1}/${body.length}`;
    return { status: 206, headers: { "Content-Range": range }, body: body.subarray(Number(from)) };
  }
}

/** Receives a body. @returns undefined if it is too large */
async function receive(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseObject(manifest: Buffer): { readonly subject?: { readonly digest?: string } } | undefined {
  try {
    const value = JSON.parse(manifest.toString());
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, method: string, { status, headers = {}, body }: Answer): void {
  const bytes = body ?? Buffer.alloc(0);
  response.writeHead(status, { ...(status !== 204 && { "Content-Length": bytes.length }), ...headers });
  response.end(method === "HEAD" ? "" : bytes);
}
