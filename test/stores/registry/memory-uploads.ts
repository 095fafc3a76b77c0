import { type Answer, digestBy } from "./memory-answer";

/** One request of an upload. */
export interface UploadRequest {
  readonly method: string;
  readonly repository: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** How the registry takes uploads. */
export interface UploadRules {
  readonly mounts: boolean;
  /** Refuses a body with POST and PUT: it must come in chunks. */
  readonly chunksOnly: boolean;
  /** Takes a blob with POST alone. */
  readonly singlePost: boolean;
  /** `OCI-Chunk-Min-Length`, in bytes. */
  readonly smallestChunk: number | undefined;
  /** Says 201, and keeps nothing. */
  readonly forgets: boolean;
  find(repository: string, digest: string): Buffer | undefined;
  keep(repository: string, digest: string, bytes: Buffer): void;
}

/** The upload sessions of a {@link MemoryRegistry}. */
export class MemoryUploads {
  readonly #rules: UploadRules;
  readonly #sessions = new Map<string, Buffer>();
  #count = 0;

  constructor(rules: UploadRules) {
    this.#rules = rules;
  }

  /** How many sessions are open. */
  get open(): number {
    return this.#sessions.size;
  }

  /** Forgets what open uploads received after a number of bytes. */
  truncate(length: number): void {
    for (const [id, received] of this.#sessions) this.#sessions.set(id, received.subarray(0, length));
  }

  answer(request: UploadRequest): Answer {
    const { method, url } = request;
    if (method === "POST") return this.#start(request);
    const id = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const received = this.#sessions.get(id);
    if (received === undefined || url.searchParams.get("state") !== "1") return { status: 404 };
    if (method === "GET") return this.#progress(url, 204, received);
    if (method === "PATCH") return this.#append(request, id, received);
    this.#sessions.delete(id);
    if (method === "DELETE") return { status: 204 };
    if (this.#rules.chunksOnly && request.body.length > 0) return { status: 413 };
    return this.#keep(request, Buffer.concat([received, request.body]));
  }

  #start(request: UploadRequest): Answer {
    const { searchParams } = request.url;
    const { mounts, chunksOnly, singlePost, smallestChunk } = this.#rules;
    const digest = searchParams.get("mount");
    const mounted = digest && mounts ? this.#rules.find(searchParams.get("from") ?? "", digest) : undefined;
    if (digest && mounted) {
      this.#rules.keep(request.repository, digest, mounted);
      return { status: 201 };
    }
    if (searchParams.has("digest") && singlePost) {
      return chunksOnly ? { status: 413 } : this.#keep(request, request.body);
    }
    const id = `session-${++this.#count}`;
    this.#sessions.set(id, Buffer.alloc(0));
    const minimum = smallestChunk === undefined ? {} : { "OCI-Chunk-Min-Length": `${smallestChunk}` };
    return { status: 202, headers: { Location: `${request.url.pathname}${id}?state=1`, ...minimum } };
  }

  #append({ url, headers, body }: UploadRequest, id: string, received: Buffer): Answer {
    const [, from] = /^(\d+)-\d+$/.exec(`${headers["content-range"] ?? ""}`) ?? [];
    if (from !== undefined && Number(from) !== received.length) return this.#progress(url, 416, received);
    const all = Buffer.concat([received, body]);
    this.#sessions.set(id, all);
    return this.#progress(url, 202, all);
  }

  #progress({ pathname, search }: URL, status: number, { length }: Buffer): Answer {
    return { status, headers: { Location: `${pathname}${search}`, Range: `0-${Math.max(length - 1, 0)}` } };
  }

  #keep({ repository, url }: UploadRequest, bytes: Buffer): Answer {
    const digest = url.searchParams.get("digest") ?? "";
    if (digestBy(digest, bytes) !== digest) {
      return { status: 400, body: Buffer.from('{"errors":[{"code":"DIGEST_INVALID"}]}') };
    }
    if (!this.#rules.forgets) this.#rules.keep(repository, digest, bytes);
    return { status: 201, headers: { "Docker-Content-Digest": digest } };
  }
}
