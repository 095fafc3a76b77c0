import type { IncomingMessage } from "node:http";
import { ChunkList } from "../http/chunk-list";
import { transferDeadline } from "../http/exchange";
import type { ObjectRequests } from "../http/object-requests";
import type { Piece } from "../http/verified-chunks";
import { StoreError, TransientError } from "../store-error";

/** An upload that Cloud Storage has begun. */
export interface UploadSession {
  /** Where its bytes go. It is a credential, so it is never part of a message. */
  readonly url: URL;
  /** Bytes of the whole object. */
  readonly total: number;
  /** For messages: `gs://bucket/key`. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/** Statuses of an upload that continues, and of one that is complete (Cloud Storage, "Perform resumable uploads"). */
const continues = [308];
const isComplete = [200, 201];

/** One resumable upload. After a failure Cloud Storage is asked what arrived, and only the rest of a chunk is sent again. */
export class ResumableUpload {
  readonly #requests: ObjectRequests;
  readonly #session: UploadSession;

  constructor(requests: ObjectRequests, session: UploadSession) {
    this.#requests = requests;
    this.#session = session;
  }

  /** Sends a chunk that is not the last. */
  async send(piece: Piece): Promise<void> {
    const end = piece.offset + piece.bytes.length;
    let next = piece.offset;
    while (next < end) {
      const from = next;
      next = await this.#requests.retry(async (earlier) => {
        const known = earlier === 0 ? from : await this.#findNext();
        if (known >= end) return known;
        const bytes = this.#restOf(piece, known);
        return readNext((await this.#put(bytes, rangeOf(known, bytes, this.#session.total), continues)).response);
      }, this.#session.signal);
      if (next > from && next <= end) continue;
      throw new StoreError(`the upload of ${this.#session.name} makes no progress at byte ${from}`);
    }
  }

  /**
   * Sends the last chunk, once.
   *
   * @param hash of the whole object, as in `x-goog-hash`, which is permitted here (Cloud Storage, "Data validation and change detection"):
   * a wrong object does not become visible
   * @param earlier attempts
   * @returns the object's resource
   */
  async finish(piece: Piece, hash: string, earlier: number): Promise<string> {
    const { total } = this.#session;
    const bytes = this.#restOf(piece, earlier === 0 ? piece.offset : await this.#findNext());
    const range = rangeOf(total - bytes.length, bytes, total);
    return (await this.#put(bytes, range, isComplete, { "x-goog-hash": hash })).bytes.toString();
  }

  /** Ends the upload, as far as that is possible: it expires after a week anyway. */
  async cancel(): Promise<void> {
    const { url, name } = this.#session;
    // 499 is Google's answer to this.
    const statuses = [200, 204, 404, 410, 499];
    const request = { method: "DELETE", url, statuses, action: `the end of the upload of ${name}` } as const;
    await this.#requests.sendAndRead(request).catch(() => {});
  }

  /** Where Cloud Storage wants the next byte from. */
  async #findNext(): Promise<number> {
    const { total } = this.#session;
    const { response } = await this.#put(new ChunkList(), `bytes */${total}`, [...continues, ...isComplete]);
    return response.statusCode === 308 ? readNext(response) : total;
  }

  #put(bytes: ChunkList, range: string, statuses: readonly number[], more: Readonly<Record<string, string>> = {}) {
    const { url, name, signal } = this.#session;
    return this.#requests.sendAndRead({
      method: "PUT",
      url,
      headers: { "content-range": range, ...more },
      body: bytes.toBody(),
      deadline: transferDeadline(bytes.length),
      statuses,
      action: `the upload of ${name}`,
      signal,
    });
  }

  #restOf({ bytes, offset }: Piece, next: number): ChunkList {
    const at = next - offset;
    if (at >= 0 && at <= bytes.length) return bytes.splitAt(at)[1];
    throw new StoreError(`the upload of ${this.#session.name} lost bytes that had arrived`);
  }
}

function rangeOf(from: number, { length }: ChunkList, total: number): string {
  return length === 0 ? `bytes */${total}` : `bytes ${from}-${from + length - 1}/${total}`;
}

/** The first byte that has not arrived: `Range: bytes=0-LAST`, or none if nothing has. */
function readNext({ headers }: IncomingMessage): number {
  if (headers.range === undefined) return 0;
  const [, last] = /^bytes=0-([0-9]{1,15})$/.exec(headers.range) ?? [];
  if (last === undefined) throw new TransientError("Cloud Storage does not say what has arrived of an upload");
  return Number(last) + 1;
}
