import type { IncomingMessage } from "node:http";
import { type Body, transferDeadline } from "../http/exchange";
import { StoreError, TransientError } from "../store-error";
import { sendChunks } from "./chunked-upload";
import { algorithmOf } from "./content";
import { followedLocation } from "./followed-location";
import { createRefusal } from "./refusal";
import type { RegistryConnection } from "./registry-connection";
import { type UploadMode, type UploadSession, withDigest } from "./upload-session";

/** Blobs up to this length are sent with the POST that would start the upload, in bytes: a registry that does not do that gets them twice. */
const longestPost = 16 * 1024;
/** Answers to one large body that smaller parts may avoid: too long (413), no length (411), ranges (416), not there (405, 501). */
const needChunks: ReadonlySet<number> = new Set([405, 411, 413, 416, 501]);

/** How long the cancelling of an upload may take, in milliseconds: its registry may not answer at all. */
const cancelDeadline = 5_000;

const binary = { "Content-Type": "application/octet-stream" } as const;

/** The uploads to one repository. It remembers what the registry requires, and sessions that may still be used. */
export class BlobUploads {
  readonly #to: RegistryConnection;
  readonly #mounts = new Map<string, UploadSession>();
  #mode: UploadMode;

  constructor(to: RegistryConnection) {
    this.#to = to;
    this.#mode = to.uploads;
  }

  /** @returns false if the blob must be uploaded */
  mount(digest: string, from: string | undefined, signal?: AbortSignal): Promise<boolean> {
    const to = this.#to;
    if (from !== undefined && from !== to.name) to.requireRepository(from);
    return to.retry(async () => {
      const url = to.url("blobs/uploads/");
      url.searchParams.set("mount", digest);
      if (from !== undefined) url.searchParams.set("from", from);
      try {
        const response = await to.expect({ method: "POST", url, signal }, [201, 202], `the mount of ${digest}`);
        response.resume();
        if (response.statusCode === 201) return true;
        this.#keepSession(digest, response, url);
        return false;
      } catch (error) {
        if (error instanceof TransientError || !(error instanceof StoreError)) throw error;
        return false;
      }
    }, signal);
  }

  /** The upload that a registry starts instead of a mount serves the blob's own upload. */
  #keepSession(digest: string, response: IncomingMessage, from: URL): void {
    if (response.headers.location !== undefined) this.#mounts.set(digest, readSession(response, from));
  }

  async upload(digest: string, body: Body, signal?: AbortSignal): Promise<void> {
    const to = this.#to;
    await to.retry(async () => {
      const session = this.#mounts.get(digest) ?? (await this.#start(digest, body, signal));
      this.#mounts.delete(digest);
      if (session === undefined) return;
      try {
        await this.#send(session, digest, body, signal);
      } catch (error) {
        await this.#cancel(session);
        throw sessionGone(error);
      }
    }, signal);
  }

  /** Cancels the uploads that mounts started, and that nobody used. */
  async close(): Promise<void> {
    const sessions = [...this.#mounts.values()];
    this.#mounts.clear();
    for (const session of sessions) await this.#cancel(session);
  }

  /** @returns undefined if the blob was sent with the request */
  async #start(digest: string, body: Body, signal?: AbortSignal): Promise<UploadSession | undefined> {
    const to = this.#to;
    const action = `the upload of ${digest}`;
    const url = to.url("blobs/uploads/");
    if (to.memory.postsBlobs !== false && this.#mode === "put" && body.length <= longestPost) {
      const single = withDigest(url, digest);
      const response = await to.send({ method: "POST", url: single, headers: binary, body, signal });
      const { statusCode: status = 0 } = response;
      if (status === 201) return void response.resume();
      to.memory.postsBlobs = false;
      if (status === 202) return readSession(resumed(response), single);
      // Registries that do not know this form may refuse it in any way; the usual form shows what is wrong.
      const refusal = await createRefusal(response, single, to.host, action);
      if (refusal instanceof TransientError || refusal.fault === "corrupt") throw refusal;
    }
    const started = await to.expect({ method: "POST", url: withAlgorithm(url, digest), signal }, [202], action);
    return readSession(resumed(started), url);
  }

  async #send(session: UploadSession, digest: string, body: Body, signal?: AbortSignal): Promise<void> {
    if (this.#mode === "chunks") return sendChunks(this.#to, session, digest, body, signal);
    if (this.#mode === "stream") return this.#stream(session, digest, body, signal);
    const url = withDigest(session.url, digest);
    const deadline = transferDeadline(body.length);
    const response = await this.#to.send({ method: "PUT", url, headers: binary, body, deadline, signal });
    const { statusCode: status = 0 } = response;
    if (status === 201) return void response.resume();
    const refusal = await createRefusal(response, url, this.#to.host, `the upload of ${digest}`);
    if (!needChunks.has(status)) throw refusal;
    this.#mode = "chunks";
    await this.#cancel(session);
    const again = await this.#start(digest, body, signal);
    if (again) await sendChunks(this.#to, again, digest, body, signal);
  }

  /** "Streamed": one PATCH without `Content-Range`, then an empty PUT. */
  async #stream(session: UploadSession, digest: string, body: Body, signal?: AbortSignal): Promise<void> {
    const action = `the upload of ${digest}`;
    const deadline = transferDeadline(body.length);
    const { url } = session;
    const patch = { method: "PATCH", url, headers: binary, body, deadline, signal } as const;
    const patched = await this.#to.expect(patch, [202], action);
    const end = withDigest(followedLocation(resumed(patched).headers.location, url), digest);
    const closed = await this.#to.expect({ method: "PUT", url: end, signal }, [201], action);
    closed.resume();
  }

  /** Best effort: registries forget uploads by themselves after a while. */
  async #cancel({ url }: UploadSession): Promise<void> {
    try {
      const response = await this.#to.send({ method: "DELETE", url, deadline: cancelDeadline });
      response.resume();
    } catch {}
  }
}

/** An upload that the registry no longer knows starts again. */
function sessionGone(error: unknown): unknown {
  if (!(error instanceof StoreError) || error.fault !== "absent") return error;
  return new TransientError(error.message);
}

function resumed(response: IncomingMessage): IncomingMessage {
  return response.resume();
}

function readSession(response: IncomingMessage, from: URL): UploadSession {
  response.resume();
  const smallest = `${response.headers["oci-chunk-min-length"] ?? ""}`;
  const url = followedLocation(response.headers.location, from);
  return { url, smallestChunk: /^[0-9]{1,12}$/.test(smallest) ? Number(smallest) : 0 };
}

/** A registry must know before the bytes arrive what it computes, unless it is sha256 (OCI distribution specification, "Pushing blobs"). */
function withAlgorithm(url: URL, digest: string): URL {
  const algorithm = algorithmOf(digest);
  const result = new URL(url);
  if (algorithm !== "sha256") result.searchParams.set("digest-algorithm", algorithm);
  return result;
}
