import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { jsonAnswer, type Answer as LocalAnswer } from "../../../stores/local/local-answer";
import { LocalRegistry } from "../../../stores/local/local-registry";
import type { LocalRequest } from "../../../stores/local/local-request";
import type { LocalUploads } from "../../../stores/local/local-uploads";
import type { Content } from "../../../stores/registry/content";

/** An answer of a {@link MemoryRegistry}. */
export interface Answer extends LocalAnswer {
  /** Closes the connection after this many bytes of the body. @default the whole body is sent */
  readonly cutAfter?: number;
}

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

const disabled: Answer = { status: 405, body: Buffer.from('{"errors":[{"code":"UNSUPPORTED"}]}') };

/** The uploads that are not complete. */
class OpenUploads {
  readonly #uploads: LocalUploads;

  constructor(uploads: LocalUploads) {
    this.#uploads = uploads;
  }

  /** How many there are. */
  get open(): number {
    return this.#uploads.sessions.size;
  }

  /** Forgets what they received after a number of bytes. */
  truncate(length: number): void {
    const { sessions } = this.#uploads;
    for (const [id, received] of sessions) sessions.set(id, received.subarray(0, length));
  }
}

/** A local registry of which a test can switch parts off, and which it can make misbehave. */
export class MemoryRegistry extends LocalRegistry {
  readonly seen: Seen[] = [];
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
  /** Refuses a body with POST and PUT: it must come in chunks. */
  chunksOnly = false;
  /** Takes a blob with POST alone. */
  singlePost = true;
  /** `OCI-Chunk-Min-Length`, in bytes. */
  smallestChunk: number | undefined;
  /** Whether it says 201 for blobs, and keeps nothing. */
  forgets = false;
  /** Whether `Docker-Content-Digest` is sent. */
  namesDigests = true;
  override pageSize = 1_000;
  /** Whether pages have a `Link`. */
  links = true;
  /** Whether `tags/list` has digests, as at Google. */
  listsDigests = false;
  readonly uploads = new OpenUploads(this.uploading);

  /** The requests with these methods, without those for tokens. */
  asked(...methods: readonly string[]): string[] {
    return this.seen.filter(({ method }) => methods.includes(method)).map(({ method, path }) => `${method} ${path}`);
  }

  protected override async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = incoming;
    const seen = { method, path, authorization: headers.authorization, headers };
    this.seen.push(seen);
    const early = this.early(seen);
    if (early === "stall") return;
    if (early === "reset") incoming.socket.resetAndDestroy();
    else if (early) send(response, method, early);
    if (early) return;
    const body = await buffer(incoming).catch(() => Buffer.alloc(0));
    if (this.latency > 0) await pause(this.latency);
    const request = { method, url: new URL(path, `http://${this.host}`), headers, body };
    send(response, method, this.instead(seen) ?? this.changed(seen, this.answer(request)));
  }

  protected override answer(request: LocalRequest): Answer {
    const { method, url, headers } = request;
    if (url.pathname === "/token") return this.#giveToken(request);
    const [, repository = "", kind] =
      /^\/v2\/(.+?)\/(manifests|tags|referrers|blobs(?:\/uploads)?)\//.exec(url.pathname) ?? [];
    if (this.auth && kind && !headers.authorization?.includes(`repository:${repository}:pull`)) {
      const challenge = `Bearer realm="http://${this.host}/token",service="memory",scope="repository:${repository}:pull"`;
      return { status: 401, headers: { "WWW-Authenticate": challenge } };
    }
    if (kind === "blobs/uploads") return this.#upload(repository, request);
    if (method === "DELETE" && !this.removal) return disabled;
    if (kind === "referrers" && !this.referrers) return { status: 404 };
    if (kind === "tags" && this.listsDigests) return this.#listDigests(repository);
    const isRange = kind !== "blobs" || this.ranges;
    return this.#hide(super.answer(isRange ? request : { ...request, headers: { ...headers, range: undefined } }));
  }

  /** Leaves out what is switched off. */
  #hide(answer: Answer): Answer {
    const hidden = [
      ...(this.namesDigests ? [] : ["Docker-Content-Digest"]),
      ...(this.referrers ? [] : ["OCI-Subject"]),
      ...(this.links ? [] : ["Link"]),
    ];
    const kept = Object.entries(answer.headers ?? {}).filter(([name]) => !hidden.includes(name));
    return { ...answer, headers: Object.fromEntries(kept) };
  }

  #upload(repository: string, request: LocalRequest): Answer {
    const url = new URL(request.url);
    if (!this.mounts) for (const name of ["mount", "from"]) url.searchParams.delete(name);
    const digest = url.searchParams.get("digest");
    const isSingle = request.method === "POST" && digest !== null;
    const isWhole = isSingle ? this.singlePost : request.method === "PUT" && request.body.length > 0;
    if (this.chunksOnly && isWhole) return { status: 413 };
    if (isSingle && !this.singlePost) url.searchParams.delete("digest");
    const key = `${repository} ${digest}`;
    const wasThere = this.blobs.has(key);
    const answer = super.answer({ ...request, url });
    if (this.forgets && answer.status === 201 && !wasThere) this.blobs.delete(key);
    const isStart = request.method === "POST" && answer.status === 202;
    if (!isStart || this.smallestChunk === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, "OCI-Chunk-Min-Length": `${this.smallestChunk}` } };
  }

  #giveToken({ method, url, headers, body }: LocalRequest): Answer {
    const { login } = this.auth ?? {};
    const isLogin = login === undefined || headers.authorization === `Basic ${Buffer.from(login).toString("base64")}`;
    if (!isLogin) return { status: 401 };
    const fields = method === "POST" ? new URLSearchParams(body.toString()) : url.searchParams;
    return { status: 200, body: Buffer.from(JSON.stringify({ token: fields.getAll("scope").join(" ") })) };
  }

  #listDigests(name: string): Answer {
    const manifests = this.manifestsOf(name);
    if (manifests.size === 0) return { status: 404 };
    const tags = [...manifests.keys()].filter((reference) => !reference.includes(":")).sort();
    return jsonAnswer({ name, tags, child: [], manifest: describeManifests(manifests) });
  }
}

function describeManifests(manifests: ReadonlyMap<string, Content>): object {
  const entries = [...new Set([...manifests.values()].map(({ digest }) => digest))].map((digest) => {
    const tag = [...manifests].filter(([key, each]) => !key.includes(":") && each.digest === digest);
    const content = manifests.get(digest) ?? tag[0]?.[1];
    const size = `${content?.bytes.length ?? 0}`;
    return [digest, { mediaType: content?.mediaType, imageSizeBytes: size, tag: tag.map(([name]) => name) }];
  });
  return Object.fromEntries(entries);
}

function send(response: ServerResponse, method: string, answer: Answer): void {
  const { status, headers = {}, body = Buffer.alloc(0), cutAfter } = answer;
  response.writeHead(status, { ...(status !== 204 && { "Content-Length": body.length }), ...headers });
  if (cutAfter !== undefined) response.write(body.subarray(0, cutAfter), () => response.destroy());
  else response.end(method === "HEAD" ? "" : body);
}
