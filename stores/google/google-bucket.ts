import { randomUUID } from "node:crypto";
import type { Bucket, ObjectFacts, OpenOptions, PutOptions } from "../bucket";
import { base64OfHex } from "../checksum-form";
import { Crc32c } from "../crc32c";
import type { GetToken } from "../credentials/credentials";
import { bearerOf } from "../http/bearer";
import { ChunkList } from "../http/chunk-list";
import { type Body, bodyOf, transferDeadline } from "../http/exchange";
import { checkWritten, type ObjectRequest, ObjectRequests, type Pacing } from "../http/object-requests";
import { readDate } from "../http/read-date";
import { type Piece, verifiedPieces } from "../http/verified-chunks";
import { listPages } from "../list-pages";
import { requireKey } from "../object-key";
import { StoreError } from "../store-error";
import { googleFields, readGoogleHeaders, readGoogleObject, readGooglePage } from "./google-facts";
import { ResumableUpload } from "./resumable-upload";

/** A bucket of Cloud Storage, and how it is used. */
export interface GoogleBucketOptions extends Pacing {
  readonly bucket: string;
  /** @default https://storage.googleapis.com */
  readonly endpoint?: string | undefined;
  readonly getToken: GetToken;
  /**
   * The most bytes of one request, which are held in memory; a multiple of 256 KiB. Less if the body permits less. @default 8 MiB, as
   * Google recommends (Cloud Storage, "Resumable uploads")
   */
  readonly chunkSize?: number;
}

/** Chunks are multiples of this, in bytes (Cloud Storage, "Perform resumable uploads", multiple chunk upload). */
const chunkUnit = 256 * 1024;

/**
 * A bucket of Cloud Storage, by its JSON API. An object of up to 8 MiB is one request; a larger one is a resumable upload, whose chunks
 * are repeated alone. Cloud Storage gets the CRC-32C of the whole before it makes the object visible. It keeps that and an MD5 of its own.
 */
export class GoogleBucket implements Bucket {
  readonly url: string;
  readonly reportsMd5 = true;
  readonly #bucket: string;
  readonly #endpoint: string;
  readonly #requests: ObjectRequests;
  readonly #chunkSize: number;

  constructor(options: GoogleBucketOptions) {
    const { bucket, endpoint = "https://storage.googleapis.com", getToken, chunkSize = 8 * 1024 ** 2 } = options;
    this.url = `gs://${bucket}`;
    this.#bucket = encodeURIComponent(bucket);
    this.#endpoint = endpoint.replace(/\/+$/, "");
    this.#requests = new ObjectRequests(bearerOf(getToken), options);
    this.#chunkSize = chunkSize;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined> {
    try {
      const { bytes } = await this.#requests.retryAndRead(
        this.#objectRequest("GET", key, { fields: googleFields }, signal),
      );
      return readGoogleObject(key, bytes.toString());
    } catch (error) {
      if (error instanceof StoreError && error.fault === "absent") return undefined;
      throw error;
    }
  }

  async open(key: string, { from = 0, signal }: OpenOptions = {}): ReturnType<Bucket["open"]> {
    const request = this.#objectRequest("GET", key, { alt: "media" }, signal);
    // Objects that are stored compressed are to be sent as they are stored (Cloud Storage, "Transcoding of gzip-compressed files").
    const headers = { "accept-encoding": "gzip" };
    const { response, body } = await this.#requests.open({ ...request, headers }, from);
    return { facts: readGoogleHeaders(key, response.headers), body, answered: readDate(response.headers) };
  }

  async put(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const { sha256 } = options;
    const hash = new Crc32c();
    const expected = { sha256, name: this.#name(key), hashes: [hash] };
    const sizes = { longest: this.#chunkSize, unit: chunkUnit };
    let upload: ResumableUpload | undefined;
    try {
      for await (const piece of verifiedPieces(body, expected, sizes)) {
        if (!piece.isLast) {
          upload ??= await this.#startUpload(key, body.length, options);
          await upload.send(piece);
          continue;
        }
        const crc32c = hash.digest();
        const facts = upload
          ? await this.#finishUpload(upload, key, piece, base64OfHex(crc32c), options)
          : await this.#putWhole(key, piece.bytes, base64OfHex(crc32c), options);
        return checkWritten(facts, { size: body.length, crc32c }, expected.name);
      }
    } catch (error) {
      await upload?.cancel();
      throw error;
    }
    throw new StoreError(`${expected.name} has no last piece`);
  }

  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectFacts[]> {
    const load = async (continuation: string | undefined) => {
      const query = { prefix, fields: `items(${googleFields}),nextPageToken`, maxResults: "1000" };
      const next = continuation === undefined ? {} : { pageToken: continuation };
      const url = this.#url(`/storage/v1/b/${this.#bucket}/o`, { ...query, ...next });
      const action = `the request for a listing of ${this.url}`;
      const { bytes } = await this.#requests.retryAndRead({ method: "GET", url, statuses: [200], action, signal });
      return readGooglePage(bytes.toString());
    };
    return listPages(load, prefix, this.url);
  }

  async remove(key: string): Promise<void> {
    await this.#requests.retryAndRead({ ...this.#objectRequest("DELETE", key), statuses: [200, 204, 404] });
  }

  /** Cloud Storage JSON API, "Objects: insert", `uploadType=multipart`: the object's metadata, then its content. */
  #putWhole(key: string, bytes: ChunkList, crc32c: string, options: PutOptions): Promise<ObjectFacts> {
    const { sha256, signal } = options;
    // Random, so that no content can end the part (RFC 2046, section 5.1.1).
    const boundary = randomUUID();
    const resource = { ...resourceOf(key, options), crc32c };
    const content = new ChunkList([
      Buffer.from(`--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(resource)}`),
      Buffer.from(`\r\n--${boundary}\r\nContent-Type: ${resource.contentType}\r\n\r\n`),
      ...bytes.chunks,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const request: ObjectRequest = {
      ...this.#insertRequest("multipart", key, options),
      headers: { "content-type": `multipart/related; boundary=${boundary}` },
      body: content.toBody(),
      deadline: transferDeadline(content.length),
    };
    const attempt = async () => readGoogleObject(key, (await this.#requests.sendAndRead(request)).bytes.toString());
    return this.#requests.write(attempt, sha256, () => this.head(key, signal), signal);
  }

  /** Cloud Storage, "Perform resumable uploads". */
  async #startUpload(key: string, total: number, options: PutOptions): Promise<ResumableUpload> {
    const { signal } = options;
    const resource = resourceOf(key, options);
    const headers = {
      "content-type": "application/json; charset=UTF-8",
      "x-upload-content-type": resource.contentType,
      "x-upload-content-length": String(total),
    };
    const body = bodyOf(Buffer.from(JSON.stringify(resource)));
    const request = { ...this.#insertRequest("resumable", key, options), headers, body };
    const { location = "" } = (await this.#requests.retryAndRead(request)).response.headers;
    const url = URL.canParse(location) ? new URL(location) : undefined;
    // The token is sent there, too.
    if (url?.origin !== new URL(this.#endpoint).origin) {
      throw new StoreError(`${this.#name(key)}: Cloud Storage began an upload at another host`);
    }
    return new ResumableUpload(this.#requests, { url, total, name: this.#name(key), signal });
  }

  #finishUpload(
    upload: ResumableUpload,
    key: string,
    piece: Piece,
    crc32c: string,
    { sha256, signal }: PutOptions,
  ): Promise<ObjectFacts> {
    const attempt = async (earlier: number) =>
      readGoogleObject(key, await upload.finish(piece, `crc32c=${crc32c}`, earlier));
    return this.#requests.write(attempt, sha256, () => this.head(key, signal), signal);
  }

  #insertRequest(uploadType: string, key: string, { ifCurrent, signal }: PutOptions): ObjectRequest {
    const condition = ifCurrent === "absent" ? "0" : ifCurrent;
    const query = {
      uploadType,
      fields: googleFields,
      ...(condition !== undefined && { ifGenerationMatch: condition }),
    };
    const url = this.#url(`/upload/storage/v1/b/${this.#bucket}/o`, query);
    return { method: "POST", url, statuses: [200], action: `the upload of ${this.#name(requireKey(key))}`, signal };
  }

  #objectRequest(
    method: ObjectRequest["method"],
    key: string,
    query: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): ObjectRequest {
    // Slashes are encoded, too: the name is one segment of the path.
    const url = this.#url(`/storage/v1/b/${this.#bucket}/o/${encodeURIComponent(requireKey(key))}`, query);
    return { method, url, statuses: [200], action: `the request for ${this.#name(key)}`, signal };
  }

  #url(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(this.#endpoint + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  #name(key: string): string {
    return `${this.url}/${key}`;
  }
}

function resourceOf(key: string, { sha256, contentType = "application/octet-stream", cacheControl }: PutOptions) {
  return { name: key, contentType, ...(cacheControl !== undefined && { cacheControl }), metadata: { sha256 } };
}
