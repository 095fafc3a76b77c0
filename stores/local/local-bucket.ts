import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Bucket, ObjectFacts, OpenOptions, PutOptions } from "../bucket";
import { Crc32c } from "../crc32c";
import type { Body } from "../http/exchange";
import { StoreError } from "../store-error";

/** A checksum that a store computes itself. */
export type Checksum = "sha256" | "md5" | "crc32c";

/** How a {@link LocalBucket} behaves. */
export interface LocalBucketOptions {
  /** @default local://bucket */
  readonly url?: string;
  /** The checksums that the store reports: S3 has SHA-256, Google MD5 and CRC-32C, Azure MD5. @default sha256 */
  readonly checksums?: readonly Checksum[];
  /** Whether listings have the recorded SHA-256, as those of Google and Azure. @default false */
  readonly listsRecorded?: boolean;
  /** Objects on one page of a listing. @default 1000 */
  readonly pageSize?: number;
  /** Of what `open` returns, in bytes. @default 65536 */
  readonly chunkSize?: number;
}

/** A call of a method of a bucket. */
export interface BucketRequest {
  readonly method: "head" | "open" | "put" | "list" | "remove";
  /** Of `list`: the prefix. */
  readonly key: string;
}

/** An object of a {@link LocalBucket}. */
export interface StoredObject {
  readonly bytes: Buffer;
  /** In hexadecimal. */
  readonly recordedSha256: string | undefined;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly etag: string;
}

/** A bucket in this process, for trials and tests: conditional writes, checksums, ranges and pages, as at the clouds. */
export class LocalBucket implements Bucket {
  readonly url: string;
  readonly objects = new Map<string, StoredObject>();
  /** All requests so far, in the order of their start. A page of a listing is one. */
  readonly requests: BucketRequest[] = [];
  readonly #options: LocalBucketOptions;
  #writes = 0;

  get reportsMd5(): boolean {
    return this.#options.checksums?.includes("md5") === true;
  }

  constructor(options: LocalBucketOptions = {}) {
    this.url = options.url ?? "local://bucket";
    this.#options = options;
  }

  /** Puts an object there without a request. */
  hold(key: string, content: Buffer | string, more: Partial<StoredObject> = {}): void {
    const bytes = Buffer.from(content);
    this.#writes += 1;
    this.objects.set(key, {
      bytes,
      recordedSha256: createHash("sha256").update(bytes).digest("hex"),
      contentType: "application/octet-stream",
      cacheControl: undefined,
      etag: `"${this.#writes}"`,
      ...more,
    });
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined> {
    await this.begin({ method: "head", key }, signal);
    return this.factsOf(key);
  }

  async open(key: string, options: OpenOptions = {}): ReturnType<Bucket["open"]> {
    await this.begin({ method: "open", key }, options.signal);
    return this.read(key, options);
  }

  async put(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    await this.begin({ method: "put", key }, options.signal);
    return this.write(key, body, options);
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectFacts[]> {
    const { pageSize = 1_000, listsRecorded = false } = this.#options;
    let after: string | undefined;
    do {
      await this.begin({ method: "list", key: prefix }, signal);
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareBytes);
      const rest = keys.filter((key) => after === undefined || compareBytes(key, after) > 0);
      const page = rest.slice(0, pageSize).flatMap((key) => this.factsOf(key) ?? []);
      yield page.map((facts) => (listsRecorded ? facts : { ...facts, recordedSha256: undefined }));
      after = rest.length > pageSize ? page.at(-1)?.key : undefined;
    } while (after !== undefined);
  }

  async remove(key: string): Promise<void> {
    await this.begin({ method: "remove", key });
    this.objects.delete(key);
  }

  /** Begins a request. */
  protected async begin(request: BucketRequest, signal?: AbortSignal): Promise<void> {
    this.note(request, signal);
  }

  /** Notes a request. @throws the reason of the signal */
  protected note(request: BucketRequest, signal?: AbortSignal): void {
    signal?.throwIfAborted();
    this.requests.push(request);
  }

  protected read(key: string, { from = 0, signal }: OpenOptions): Awaited<ReturnType<Bucket["open"]>> {
    const facts = this.factsOf(key);
    const object = this.objects.get(key);
    if (!facts || !object) throw new StoreError(`${this.url}/${key} does not exist`, "absent");
    if (from > 0 && from >= object.bytes.length) throw new StoreError(`${this.url}/${key} has no byte ${from}`);
    const body = Readable.from(this.#chunks(object.bytes.subarray(from)), { objectMode: false });
    const stop = () => body.destroy(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    body.once("close", () => signal?.removeEventListener("abort", stop));
    return { facts, body };
  }

  protected async write(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const { sha256, contentType = "application/octet-stream", cacheControl, ifCurrent, signal } = options;
    this.#requireCurrent(key, ifCurrent);
    const received = await buffer(body.open());
    signal?.throwIfAborted();
    if (received.length !== body.length) {
      throw new StoreError(`${this.url}/${key}: ${received.length} bytes were sent, not ${body.length}`, "corrupt");
    }
    if (createHash("sha256").update(received).digest("hex") !== sha256) {
      throw new StoreError(`${this.url}/${key} arrived with another SHA-256 than ${sha256}`, "corrupt");
    }
    // Others may have written while the bytes arrived.
    this.#requireCurrent(key, ifCurrent);
    this.hold(key, received, { recordedSha256: sha256, contentType, cacheControl });
    return this.factsOf(key) as ObjectFacts;
  }

  protected factsOf(key: string): ObjectFacts | undefined {
    const object = this.objects.get(key);
    if (!object) return undefined;
    const { bytes, recordedSha256, etag } = object;
    const { checksums = ["sha256"] } = this.#options;
    const reported = checksums.map((name) => [name, checksumOf(name, bytes)]);
    return { key, size: bytes.length, recordedSha256, etag, ...Object.fromEntries(reported) };
  }

  #requireCurrent(key: string, ifCurrent: string | undefined): void {
    const current = this.objects.get(key)?.etag ?? "absent";
    if (ifCurrent === undefined || ifCurrent === current) return;
    throw new StoreError(`${this.url}/${key} is not ${ifCurrent}`, "exists");
  }

  *#chunks(bytes: Buffer): Generator<Buffer> {
    const { chunkSize = 65_536 } = this.#options;
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
  }
}

/** Stores list keys by their bytes in UTF-8, which is not the order of UTF-16 code units. */
function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function checksumOf(name: Checksum, bytes: Buffer): string {
  return name === "crc32c" ? new Crc32c().update(bytes).digest() : createHash(name).update(bytes).digest("hex");
}
