import { Readable } from "node:stream";
import type { Bucket, ObjectFacts, OpenOptions, PutOptions } from "../../stores/bucket";
import type { Body } from "../../stores/http/exchange";
import { type BucketRequest, LocalBucket, type LocalBucketOptions } from "../../stores/local/local-bucket";
import { StoreError, TransientError } from "../../stores/store-error";

export type { BucketRequest, Checksum, StoredObject } from "../../stores/local/local-bucket";

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

/** How a {@link MemoryBucket} behaves. */
export interface MemoryBucketOptions extends LocalBucketOptions {
  /** The pause that a `throttled` request is asked to make, in milliseconds. @default 1000 */
  readonly after?: number;
}

/** A local bucket that a test can make misbehave. Nothing is retried in it: a fault comes once per call of `fault`. */
export class MemoryBucket extends LocalBucket {
  /** What goes wrong with a request; called once for each. */
  fault: (request: BucketRequest) => BucketFault | undefined = () => undefined;
  /** Waited for at the start of each request. */
  delay: (request: BucketRequest) => Promise<void> = async () => {};
  readonly #after: number;

  constructor({ after = 1_000, ...options }: MemoryBucketOptions = {}) {
    super({ url: "memory://bucket", ...options });
    this.#after = after;
  }

  /** The requests so far, as `METHOD KEY`. @param methods @default all */
  asked(...methods: readonly BucketRequest["method"][]): string[] {
    return this.requests
      .filter(({ method }) => methods.length === 0 || methods.includes(method))
      .map(({ method, key }) => `${method} ${key}`);
  }

  override async open(key: string, options: OpenOptions = {}): ReturnType<Bucket["open"]> {
    const fault = await this.#start({ method: "open", key }, options.signal);
    const { facts, body } = this.read(key, options);
    const isDamaged = fault === "read-damaged" && (options.from ?? 0) === 0;
    if (fault !== "interrupted" && !isDamaged) return { facts, body };
    const end = fault === "interrupted" ? Math.floor((facts.size - (options.from ?? 0)) / 2) : Number.POSITIVE_INFINITY;
    const spoiled = Readable.from(this.#spoil(body, end, isDamaged), { objectMode: false });
    options.signal?.addEventListener("abort", () => spoiled.destroy(options.signal?.reason), { once: true });
    return { facts, body: spoiled };
  }

  override async put(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const fault = await this.#start({ method: "put", key }, options.signal);
    const before = this.objects.get(key);
    const facts = await this.write(key, this.#spoilBody(body, fault), options);
    if (fault === "kept-damaged") {
      const kept = this.objects.get(key);
      if (kept) this.objects.set(key, { ...kept, bytes: damage(kept.bytes) });
      return this.factsOf(key) as ObjectFacts;
    }
    if (fault === "lost" && before) this.objects.set(key, before);
    else if (fault === "lost") this.objects.delete(key);
    return facts;
  }

  protected override async begin(request: BucketRequest, signal?: AbortSignal): Promise<void> {
    await this.#start(request, signal);
  }

  async #start(request: BucketRequest, signal?: AbortSignal): Promise<BucketFault | undefined> {
    this.note(request, signal);
    const fault = this.fault(request);
    await this.delay(request);
    signal?.throwIfAborted();
    const where = `${this.url}/${request.key}`;
    if (fault === "throttled") throw new TransientError(`${where}: slow down`, this.#after, fault);
    if (fault === "transient") throw new TransientError(`${where}: the connection failed`);
    if (fault === "denied" || fault === "refused") throw new StoreError(`${where}: ${fault}`, fault);
    return fault;
  }

  #spoilBody(body: Body, fault: BucketFault | undefined): Body {
    if (fault !== "interrupted" && fault !== "damaged") return body;
    const end = fault === "interrupted" ? body.length / 2 : Number.POSITIVE_INFINITY;
    const open = () => Readable.from(this.#spoil(body.open(), end, fault === "damaged"), { objectMode: false });
    return { length: body.length, open };
  }

  /** Damages the first byte, or fails after a number of bytes. */
  async *#spoil(body: Readable, end: number, isDamaged: boolean): AsyncGenerator<Buffer> {
    let at = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const kept = chunk.subarray(0, Math.ceil(end) - at);
      if (kept.length > 0) yield isDamaged && at === 0 ? damage(kept) : kept;
      at += chunk.length;
      if (at >= end) throw new TransientError(`${this.url}: the connection failed`);
    }
    if (end !== Number.POSITIVE_INFINITY) throw new TransientError(`${this.url}: the connection failed`);
  }
}

/** The bytes with another first one; one more, if there are none. */
function damage(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes.length === 0 ? [0] : bytes);
  damaged.writeUInt8(damaged.readUInt8(0) ^ 1, 0);
  return damaged;
}
