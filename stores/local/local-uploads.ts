import { algorithmOf, digestOf } from "../registry/content";
import { type Answer, errorAnswer } from "./local-answer";
import type { LocalRequest } from "./local-request";

/** The blobs that uploads add to. */
export interface LocalBlobs {
  find(repository: string, digest: string): Buffer | undefined;
  keep(repository: string, digest: string, bytes: Buffer): void;
}

/** The upload sessions of a {@link LocalRegistry}. */
export class LocalUploads {
  /** What each open session has received. */
  readonly sessions = new Map<string, Buffer>();
  readonly #blobs: LocalBlobs;
  #count = 0;

  constructor(blobs: LocalBlobs) {
    this.#blobs = blobs;
  }

  /** Answers a request below `blobs/uploads/`. */
  answer(repository: string, { method, url, headers, body }: LocalRequest): Answer {
    if (method === "POST") return this.#start(repository, url, body);
    const id = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const received = this.sessions.get(id);
    if (received === undefined || url.searchParams.get("state") !== "1") return errorAnswer(404, "BLOB_UPLOAD_UNKNOWN");
    if (method === "GET") return progress(url, 204, received);
    if (method === "PATCH") return this.#append(url, `${headers["content-range"] ?? ""}`, body, id, received);
    this.sessions.delete(id);
    if (method === "DELETE") return { status: 204 };
    return this.#keep(repository, url, Buffer.concat([received, body]));
  }

  #start(repository: string, url: URL, body: Buffer): Answer {
    const digest = url.searchParams.get("mount");
    const mounted = digest === null ? undefined : this.#blobs.find(url.searchParams.get("from") ?? "", digest);
    if (digest !== null && mounted !== undefined) {
      this.#blobs.keep(repository, digest, mounted);
      return { status: 201, headers: { "Docker-Content-Digest": digest } };
    }
    if (url.searchParams.has("digest")) return this.#keep(repository, url, body);
    const id = `session-${++this.#count}`;
    this.sessions.set(id, Buffer.alloc(0));
    return { status: 202, headers: { Location: `${url.pathname}${id}?state=1` } };
  }

  #append(url: URL, range: string, body: Buffer, id: string, received: Buffer): Answer {
    const [, from] = /^(\d+)-\d+$/.exec(range) ?? [];
    if (from !== undefined && Number(from) !== received.length) return progress(url, 416, received);
    const all = Buffer.concat([received, body]);
    this.sessions.set(id, all);
    return progress(url, 202, all);
  }

  #keep(repository: string, url: URL, bytes: Buffer): Answer {
    const digest = url.searchParams.get("digest") ?? "";
    if (digestOf(bytes, algorithmOf(digest)) !== digest) return errorAnswer(400, "DIGEST_INVALID");
    this.#blobs.keep(repository, digest, bytes);
    return { status: 201, headers: { "Docker-Content-Digest": digest } };
  }
}

function progress({ pathname, search }: URL, status: number, { length }: Buffer): Answer {
  return { status, headers: { Location: `${pathname}${search}`, Range: `0-${Math.max(length - 1, 0)}` } };
}
