import type { IncomingMessage } from "node:http";
import { ChunkList } from "../http/chunk-list";
import { type Body, transferDeadline } from "../http/exchange";
import { StoreError, TransientError } from "../store-error";
import { followedLocation } from "./followed-location";
import { createRefusal } from "./refusal";
import type { RegistryConnection } from "./registry-connection";
import { type UploadSession, withDigest } from "./upload-session";

/** The largest chunk, in bytes: each is kept in memory, so that it can be sent again. */
const largestChunk = 64 * 1024 * 1024;
/** How often a chunk is sent before the upload starts again. */
const mostAttempts = 3;

const startAgain = (host: string) => new TransientError(`${host} lost a part of an upload: try again later`);

/**
 * Sends a blob in chunks (OCI distribution specification 1.1, "Pushing a blob in chunks"). After an interruption, or a 416, the
 * registry says how much it has, and the upload continues there.
 *
 * @throws StoreError
 */
export async function sendChunks(
  to: RegistryConnection,
  session: UploadSession,
  digest: string,
  body: Body,
  signal?: AbortSignal,
): Promise<void> {
  const length = Math.max(to.chunkLength, session.smallestChunk);
  if (length > largestChunk) {
    throw new StoreError(`${to.host} requires chunks of ${length} bytes, which is too long`, "unsupported");
  }
  const upload = new ChunkedUpload(to, session.url, digest, signal);
  for await (const chunk of cut(body, length)) await upload.send(chunk);
  await upload.finish();
}

/** The state of one upload. */
class ChunkedUpload {
  readonly #to: RegistryConnection;
  readonly #action: string;
  readonly #digest: string;
  readonly #signal: AbortSignal | undefined;
  #url: URL;
  /** How many bytes the registry has. */
  #sent = 0;

  constructor(to: RegistryConnection, url: URL, digest: string, signal?: AbortSignal) {
    this.#to = to;
    this.#url = url;
    this.#digest = digest;
    this.#signal = signal;
    this.#action = `the upload of ${digest}`;
  }

  async send(chunk: ChunkList): Promise<void> {
    const start = this.#sent;
    for (let attempt = 1; this.#sent < start + chunk.length; attempt++) {
      if (attempt > mostAttempts) throw startAgain(this.#to.host);
      const failure = await this.#patch(chunk.splitAt(this.#sent - start)[1]);
      if (failure === undefined) continue;
      if (attempt === mostAttempts) throw failure;
      await this.#to.wait(failure.after ?? 0, this.#signal);
      await this.#synchronize(start, start + chunk.length);
    }
  }

  async finish(): Promise<void> {
    const url = withDigest(this.#url, this.#digest);
    const response = await this.#to.expect({ method: "PUT", url, signal: this.#signal }, [201], this.#action);
    response.resume();
  }

  /** @returns the failure after which the upload can continue @throws other failures */
  async #patch(bytes: ChunkList): Promise<TransientError | undefined> {
    const end = this.#sent + bytes.length - 1;
    const headers = { "Content-Type": "application/octet-stream", "Content-Range": `${this.#sent}-${end}` };
    const deadline = transferDeadline(bytes.length);
    const request = {
      method: "PATCH",
      url: this.#url,
      headers,
      body: bytes.toBody(),
      deadline,
      signal: this.#signal,
    } as const;
    try {
      const response = await this.#to.send(request);
      if (response.statusCode === 202) return void this.#accept(response, end + 1);
      const refusal = await createRefusal(response, this.#url, this.#to.host, this.#action);
      if (response.statusCode === 416) return new TransientError(refusal.message, 0);
      throw refusal.fault === "absent" ? startAgain(this.#to.host) : refusal;
    } catch (error) {
      if (error instanceof TransientError && error.fault === "transient") return error;
      throw error;
    }
  }

  /** The registry may have less than was sent: `Range` says how much. */
  #accept(response: IncomingMessage, expected: number): void {
    response.resume();
    this.#url = followedLocation(response.headers.location, this.#url);
    this.#sent = readReceived(response) ?? expected;
    if (this.#sent > expected) throw startAgain(this.#to.host);
  }

  /** Asks how much has arrived. @throws TransientError if the rest is not in this chunk */
  async #synchronize(start: number, end: number): Promise<void> {
    const request = { method: "GET", url: this.#url, signal: this.#signal } as const;
    const response = await this.#to.send(request);
    response.resume();
    if (response.statusCode !== 204 && response.statusCode !== 200) throw startAgain(this.#to.host);
    if (response.headers.location !== undefined) this.#url = followedLocation(response.headers.location, this.#url);
    // Some registries say 0-0 for nothing at all, as for one byte: then the next 416 or the digest shows the difference.
    const received = readReceived(response) ?? start;
    this.#sent = received === 1 && start === 0 ? 0 : received;
    if (this.#sent < start || this.#sent > end) throw startAgain(this.#to.host);
  }
}

/** How many bytes arrived, by `Range: 0-END`, with or without a unit. */
function readReceived({ headers }: IncomingMessage): number | undefined {
  const [, end] = /^(?:bytes=)?0-([0-9]{1,15})$/.exec(headers.range ?? "") ?? [];
  return end === undefined ? undefined : Number(end) + 1;
}

/** The bytes of a body in chunks of a length; the last one may be shorter. */
async function* cut(body: Body, length: number): AsyncGenerator<ChunkList> {
  let waiting = new ChunkList();
  for await (const piece of body.open() as AsyncIterable<Buffer>) {
    waiting.append(piece);
    while (waiting.length >= length) {
      const [chunk, rest] = waiting.splitAt(length);
      yield chunk;
      waiting = rest;
    }
  }
  if (waiting.length > 0) yield waiting;
}
