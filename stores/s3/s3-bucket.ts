import { createHash } from "node:crypto";
import { encodePath } from "../../networks/encode-path";
import type { Bucket, ObjectFacts, OpenOptions, PutOptions } from "../bucket";
import { base64OfHex } from "../checksum-form";
import type { GetAwsKeys } from "../credentials/credentials";
import { bodyFrom } from "../http/body-from";
import type { ChunkList } from "../http/chunk-list";
import { type Body, bodyOf, transferDeadline } from "../http/exchange";
import { createStoreError, problemOf } from "../http/object-refusal";
import { checkWritten, type ObjectRequest, ObjectRequests, type Pacing, requireKept } from "../http/object-requests";
import { readDate } from "../http/read-date";
import { verifiedChunks, verifiedPieces } from "../http/verified-chunks";
import { listPages } from "../list-pages";
import { requireKey } from "../object-key";
import { escapeXml, readXml, textOf } from "../read-xml";
import { StoreError } from "../store-error";
import { type S3Place, s3BucketUrl } from "./s3-bucket-url";
import { readS3Facts } from "./s3-facts";
import { readS3Page } from "./s3-listing";
import { createS3Signer } from "./sign-s3";

/** A bucket of S3 or of another store with its API, and how it is used. */
export interface S3BucketOptions extends S3Place, Pacing {
  readonly getKeys: GetAwsKeys;
  /** The largest object that is sent in one request, in bytes. @default 5 GiB: S3's limit (Amazon S3 User Guide, "Uploading objects") */
  readonly largestPut?: number;
  /** The size of the parts of larger objects, in bytes, unless there would be too many. @default 16 MiB; S3 has at least 5 MiB */
  readonly partSize?: number;
}

/** The most parts of an upload (Amazon S3 User Guide, "Multipart upload limits"). */
const mostParts = 10_000;

/** A part that the store has. */
interface Part {
  readonly number: number;
  readonly etag: string;
  /** In Base64. */
  readonly sha256: string;
}

/**
 * A bucket of S3, or of another store with its API. An object of up to 5 GiB is one request, so that S3 computes and keeps the SHA-256
 * of the whole; larger ones are uploaded in parts, each with its SHA-256. Of those, `put` reports the SHA-256, because S3 then reports
 * the checksum of the parts' checksums, which is compared; `head` reports only the recorded one.
 */
export class S3Bucket implements Bucket {
  readonly url: string;
  readonly #base: string;
  readonly #requests: ObjectRequests;
  readonly #largestPut: number;
  readonly #partSize: number;

  constructor(options: S3BucketOptions) {
    const { getKeys, region, bucket, endpoint, largestPut = 5 * 1024 ** 3, partSize = 16 * 1024 ** 2 } = options;
    this.#base = s3BucketUrl(options);
    this.url = endpoint === undefined ? `s3://${bucket}` : this.#base;
    this.#requests = new ObjectRequests(createS3Signer(getKeys, region), options);
    this.#largestPut = largestPut;
    this.#partSize = partSize;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined> {
    const headers = { "x-amz-checksum-mode": "ENABLED" };
    const request = { ...this.#request("HEAD", key, {}, signal), headers, statuses: [200, 404] };
    const { response } = await this.#requests.retryAndRead(request);
    return response.statusCode === 404 ? undefined : readS3Facts(key, response.headers);
  }

  async open(key: string, { from = 0, signal }: OpenOptions = {}): ReturnType<Bucket["open"]> {
    const headers = { "x-amz-checksum-mode": "ENABLED" };
    const request = this.#request("GET", key, {}, signal);
    const { response, body } = await this.#requests.open({ ...request, headers }, from);
    return { facts: readS3Facts(key, response.headers), body, answered: readDate(response.headers) };
  }

  async put(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const write =
      body.length > this.#largestPut ? this.#putParts(key, body, options) : this.#putWhole(key, body, options);
    return checkWritten(await write, { size: body.length, sha256: options.sha256 }, this.#name(key));
  }

  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectFacts[]> {
    const load = async (continuation: string | undefined) => {
      const query = { "list-type": "2", "encoding-type": "url", prefix };
      const next = continuation === undefined ? {} : { "continuation-token": continuation };
      const { bytes } = await this.#requests.retryAndRead(
        this.#request("GET", undefined, { ...query, ...next }, signal),
      );
      return readS3Page(bytes.toString());
    };
    return listPages(load, prefix, this.url);
  }

  async remove(key: string): Promise<void> {
    await this.#requests.retryAndRead({ ...this.#request("DELETE", key), statuses: [200, 204, 404] });
  }

  #putWhole(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const { sha256, signal } = options;
    const headers = {
      ...writeHeaders(options),
      ...conditionOf(options),
      "x-amz-checksum-sha256": base64OfHex(sha256),
      // AWS's own clients send it, and moto keeps no checksum without it.
      "x-amz-sdk-checksum-algorithm": "SHA256",
      // S3 compares this one with the body, too, and so do stores that do not know the other.
      "x-amz-content-sha256": sha256,
    };
    const name = this.#name(key);
    const checked = bodyFrom(body.length, () => verifiedChunks(body, { sha256, name }));
    const request = { ...this.#request("PUT", key, {}, signal), headers, body: checked };
    const attempt = async () => {
      const { response } = await this.#requests.sendAndRead({ ...request, deadline: transferDeadline(body.length) });
      const facts = readS3Facts(key, response.headers, body.length);
      if (facts.sha256 === undefined) return requireKept(await this.head(key, signal), name);
      return { ...facts, recordedSha256: sha256 };
    };
    return this.#requests.write(attempt, sha256, () => this.head(key, signal), signal);
  }

  async #putParts(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const upload = await this.#createUpload(key, options);
    try {
      return await this.#completeUpload(key, upload, await this.#putAllParts(key, upload, body, options), options);
    } catch (error) {
      // The bucket's lifecycle rule removes what this cannot.
      await this.#requests
        .retryAndRead({ ...this.#request("DELETE", key, { uploadId: upload }), statuses: [204, 404] })
        .catch(() => {});
      throw error;
    }
  }

  async #createUpload(key: string, options: PutOptions): Promise<string> {
    const headers = { ...writeHeaders(options), "x-amz-checksum-algorithm": "SHA256" };
    const request = { ...this.#request("POST", key, { uploads: "" }, options.signal), headers };
    const { bytes } = await this.#requests.retryAndRead(request);
    const upload = textOf(readXml(bytes.toString()), "UploadId");
    if (!upload) throw new StoreError(`${this.#name(key)}: the store began an upload, but did not name it`);
    return upload;
  }

  async #putAllParts(key: string, upload: string, body: Body, { sha256, signal }: PutOptions): Promise<Part[]> {
    const size = Math.max(this.#partSize, Math.ceil(body.length / mostParts));
    const parts: Part[] = [];
    // All of one length: some stores with S3's API require it (Cloudflare R2, "Multipart upload").
    const sizes = { longest: size, unit: size };
    for await (const { bytes } of verifiedPieces(body, { sha256, name: this.#name(key) }, sizes)) {
      parts.push(await this.#putPart(key, upload, parts.length + 1, bytes, signal));
    }
    return parts;
  }

  async #putPart(key: string, upload: string, number: number, bytes: ChunkList, signal?: AbortSignal): Promise<Part> {
    const hash = bytes.hashInto(createHash("sha256")).digest("hex");
    const sha256 = base64OfHex(hash);
    const headers = { "x-amz-checksum-sha256": sha256, "x-amz-content-sha256": hash };
    const request = this.#request("PUT", key, { partNumber: String(number), uploadId: upload }, signal);
    const deadline = transferDeadline(bytes.length);
    const { response } = await this.#requests.retryAndRead({ ...request, headers, body: bytes.toBody(), deadline });
    return { number, etag: response.headers.etag ?? "", sha256 };
  }

  #completeUpload(key: string, upload: string, parts: readonly Part[], options: PutOptions): Promise<ObjectFacts> {
    const { sha256, signal } = options;
    const xml = Buffer.from(`<CompleteMultipartUpload>${parts.map(partXml).join("")}</CompleteMultipartUpload>`);
    const headers = {
      ...conditionOf(options),
      "content-type": "application/xml",
      "x-amz-content-sha256": createHash("sha256").update(xml).digest("hex"),
    };
    const request = { ...this.#request("POST", key, { uploadId: upload }, signal), headers, body: bodyOf(xml) };
    const name = this.#name(key);
    const attempt = async () => {
      const { bytes } = await this.#requests.sendAndRead(request);
      const root = readXml(bytes.toString().trim());
      // The status is sent before the work is done (Amazon S3 API Reference, CompleteMultipartUpload).
      if (root.name === "Error")
        throw createStoreError(`${name}: the upload failed`, 500, problemOf(root), request.url.host);
      const checksum = textOf(root, "ChecksumSHA256");
      const isProven = checksum !== undefined && checksum === compositeOf(parts);
      if (checksum?.includes("-") && !isProven) {
        throw new StoreError(`${name} was written, but the store has other checksums of its parts`, "corrupt");
      }
      const facts = requireKept(await this.head(key, signal), name);
      return { ...facts, sha256: isProven ? sha256 : undefined };
    };
    return this.#requests.write(attempt, sha256, () => this.head(key, signal), signal);
  }

  #request(
    method: ObjectRequest["method"],
    key: string | undefined,
    query: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): ObjectRequest {
    const path = key === undefined ? "" : encodePath(requireKey(key));
    const url = new URL(`${this.#base}/${path}`);
    // Signatures cover percent-encoded spaces, not plus signs.
    url.search = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    return {
      method,
      url,
      statuses: [200],
      action: `the request for ${key === undefined ? this.url : this.#name(key)}`,
      signal,
    };
  }

  #name(key: string): string {
    return `${this.url}/${key}`;
  }
}

function writeHeaders({ sha256, contentType, cacheControl }: PutOptions): Record<string, string> {
  return {
    "content-type": contentType ?? "application/octet-stream",
    ...(cacheControl !== undefined && { "cache-control": cacheControl }),
    "x-amz-meta-sha256": sha256,
  };
}

function conditionOf({ ifCurrent }: PutOptions): Record<string, string> {
  if (ifCurrent === undefined) return {};
  return ifCurrent === "absent" ? { "if-none-match": "*" } : { "if-match": ifCurrent };
}

function partXml({ number, etag, sha256 }: Part): string {
  const values = { ChecksumSHA256: sha256, ETag: etag, PartNumber: String(number) };
  const elements = Object.entries(values).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return `<Part>${elements.join("")}</Part>`;
}

/** The checksum of the parts' checksums (Amazon S3 User Guide, "Checking object integrity", composite checksums). */
function compositeOf(parts: readonly Part[]): string {
  const hash = createHash("sha256");
  for (const { sha256 } of parts) hash.update(sha256, "base64");
  return `${hash.digest("base64")}-${parts.length}`;
}
