import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Bucket, ObjectFacts, OpenOptions, PutOptions } from "../../stores/bucket";
import { Crc32c } from "../../stores/crc32c";
import type { Body } from "../../stores/http/exchange";
import { StoreError, TransientError } from "../../stores/store-error";

/** A call of a method of the bucket. */
export interface BucketRequest {
  readonly method: "head" | "open" | "put" | "list" | "remove";
  /** Of `list`: the prefix. */
  readonly key: string;
}

/**
 * What goes wrong with one request:
 *
 * - `throttled`, `transient`, `denied`, `refused`: it fails with this fault, before anything else happens;
 * - `interrupted` (open, put): the connection fails after half of the bytes, with fault `transient`;
 * - `damaged` (put): the store received other bytes, and notices: fault `corrupt`, and nothing is written;
 * - `kept-damaged` (put): the store keeps other bytes, without noticing: its own checksums show it;
 * - `lost` (put): the store reports success, and keeps nothing;
 * - `read-damaged` (open): the first byte is wrong.
 */
export type BucketFault =
  | "throttled"
  | "transient"
  | "denied"
  | "refused"
  | "interrupted"
  | "damaged"
  | "kept-damaged"
  | "lost"
  | "read-damaged";

/** A checksum that a store computes itself. */
export type Checksum = "sha256" | "md5" | "crc32c";

/** How a {@link MemoryBucket} behaves. */
export interface MemoryBucketOptions {
  /** @default memory://bucket */
  readonly url?: string;
  /** The checksums that the store reports: S3 has SHA-256, Google MD5 and CRC-32C, Azure MD5. @default sha256 */
  readonly checksums?: readonly Checksum[];
  /** Whether listings have the recorded SHA-256, as those of Google and Azure. @default false */
  readonly listsRecorded?: boolean;
  /** Objects on one page of a listing. @default 1000 */
  readonly pageSize?: number;
  /** Of what `open` returns, in bytes. @default 65536 */
  readonly chunkSize?: number;
  /** The pause that a `throttled` request is asked to make, in milliseconds. @default 1000 */
  readonly after?: number;
}

/** An object of a {@link MemoryBucket}. */
export interface StoredObject {
  readonly bytes: Buffer;
  /** In hexadecimal. */
  readonly recordedSha256: string | undefined;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly etag: string;
}

/** A bucket in memory, which a test can make misbehave. Nothing is retried in it: a fault comes once per call of `fault`. */
export class MemoryBucket implements Bucket {
  readonly url: string;
  readonly objects = new Map<string, StoredObject>();
  /** All requests so far, in the order of their start. */
  readonly requests: BucketRequest[] = [];
  /** What goes wrong with a request; called once for each. */
  fault: (request: BucketRequest) => BucketFault | undefined = () => undefined;
  /** Waited for at the start of each request. */
  delay: (request: BucketRequest) => Promise<void> = async () => {};
  readonly #options: MemoryBucketOptions;
  #writes = 0;

  constructor(options: MemoryBucketOptions = {}) {
    this.url = options.url ?? "memory://bucket";
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

  /** The requests so far, as `METHOD KEY`. @param methods @default all */
  asked(...methods: readonly BucketRequest["method"][]): string[] {
    return this.requests
      .filter(({ method }) => methods.length === 0 || methods.includes(method))
      .map(({ method, key }) => `${method} ${key}`);
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined> {
    await this.#start({ method: "head", key }, signal);
    return this.#factsOf(key);
  }

  async open(key: string, { from = 0, signal }: OpenOptions = {}): ReturnType<Bucket["open"]> {
    const fault = await this.#start({ method: "open", key }, signal);
    const facts = this.#factsOf(key);
    const object = this.objects.get(key);
    if (!facts || !object) throw new StoreError(`${this.url}/${key} does not exist`, "absent");
    if (from > 0 && from >= object.bytes.length) throw new StoreError(`${this.url}/${key} has no byte ${from}`);
    const bytes = fault === "read-damaged" ? damage(object.bytes) : object.bytes;
    const body = Readable.from(this.#chunks(bytes.subarray(from), fault), { objectMode: false });
    signal?.addEventListener("abort", () => body.destroy(signal.reason), { once: true });
    return { facts, body };
  }

  async put(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const { sha256, contentType = "application/octet-stream", cacheControl, ifCurrent, signal } = options;
    const fault = await this.#start({ method: "put", key }, signal);
    this.#requireCurrent(key, ifCurrent);
    const received = await this.#receive(body, fault, signal);
    if (received.length !== body.length) {
      throw new StoreError(`${this.url}/${key}: ${received.length} bytes were sent, not ${body.length}`, "corrupt");
    }
    const arrived = fault === "damaged" ? damage(received) : received;
    if (createHash("sha256").update(arrived).digest("hex") !== sha256) {
      throw new StoreError(`${this.url}/${key} arrived with another SHA-256 than ${sha256}`, "corrupt");
    }
    // Others may have written while the bytes arrived.
    this.#requireCurrent(key, ifCurrent);
    const before = this.objects.get(key);
    const kept = fault === "kept-damaged" ? damage(arrived) : arrived;
    this.hold(key, kept, { recordedSha256: sha256, contentType, cacheControl });
    const facts = this.#factsOf(key);
    if (!facts) throw new Error("unreachable: it was written");
    if (fault === "lost") this.#restore(key, before);
    return facts;
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectFacts[]> {
    const { pageSize = 1_000, listsRecorded = false } = this.#options;
    let after: string | undefined;
    do {
      await this.#start({ method: "list", key: prefix }, signal);
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareBytes);
      const rest = keys.filter((key) => after === undefined || compareBytes(key, after) > 0);
      const page = rest.slice(0, pageSize).flatMap((key) => this.#factsOf(key) ?? []);
      yield page.map((facts) => (listsRecorded ? facts : { ...facts, recordedSha256: undefined }));
      after = rest.length > pageSize ? page.at(-1)?.key : undefined;
    } while (after !== undefined);
  }

  async remove(key: string): Promise<void> {
    await this.#start({ method: "remove", key });
    this.objects.delete(key);
  }

  async #start(request: BucketRequest, signal?: AbortSignal): Promise<BucketFault | undefined> {
    signal?.throwIfAborted();
    this.requests.push(request);
    const fault = this.fault(request);
    await this.delay(request);
    signal?.throwIfAborted();
    const where = `${this.url}/${request.key}`;
    if (fault === "throttled") throw new TransientError(`${where}: slow down`, this.#options.after ?? 1_000, fault);
    if (fault === "transient") throw new TransientError(`${where}: the connection failed`);
    if (fault === "denied" || fault === "refused") throw new StoreError(`${where}: ${fault}`, fault);
    return fault;
  }

  #requireCurrent(key: string, ifCurrent: string | undefined): void {
    const current = this.objects.get(key)?.etag ?? "absent";
    if (ifCurrent === undefined || ifCurrent === current) return;
    throw new StoreError(`${this.url}/${key} is not ${ifCurrent}`, "exists");
  }

  async #receive(body: Body, fault: BucketFault | undefined, signal?: AbortSignal): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let received = 0;
    for await (const chunk of body.open()) {
      signal?.throwIfAborted();
      received += chunk.length;
      chunks.push(chunk);
      if (fault === "interrupted" && received >= body.length / 2) break;
    }
    if (fault === "interrupted") throw new TransientError(`${this.url}: the connection failed`);
    return Buffer.concat(chunks);
  }

  async *#chunks(bytes: Buffer, fault: BucketFault | undefined): AsyncGenerator<Buffer> {
    const { chunkSize = 65_536 } = this.#options;
    const end = fault === "interrupted" ? Math.floor(bytes.length / 2) : bytes.length;
    for (let at = 0; at < end; at += chunkSize) yield bytes.subarray(at, Math.min(at + chunkSize, end));
    if (fault === "interrupted") throw new TransientError(`${this.url}: the connection failed`);
  }

  #restore(key: string, before: StoredObject | undefined): void {
    if (before) this.objects.set(key, before);
    else this.objects.delete(key);
  }

  #factsOf(key: string): ObjectFacts | undefined {
    const object = this.objects.get(key);
    if (!object) return undefined;
    const { bytes, recordedSha256, etag } = object;
    const { checksums = ["sha256"] } = this.#options;
    const reported = checksums.map((name) => [name, checksumOf(name, bytes)]);
    return { key, size: bytes.length, recordedSha256, etag, ...Object.fromEntries(reported) };
  }
}

/** Stores list keys by their bytes in UTF-8, which is not the order of UTF-16 code units. */
function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function checksumOf(name: Checksum, bytes: Buffer): string {
  return name === "crc32c" ? new Crc32c().update(bytes).digest() : createHash(name).update(bytes).digest("hex");
}

/** The bytes with another first one; one more, if there are none. */
function damage(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes.length === 0 ? [0] : bytes);
  damaged.writeUInt8(damaged.readUInt8(0) ^ 1, 0);
  return damaged;
}
