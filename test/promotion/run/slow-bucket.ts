import { Readable } from "node:stream";
import type { Bucket, ObjectFacts, OpenOptions, PutOptions } from "../../../stores/bucket";
import type { Body } from "../../../stores/http/exchange";
import { StoreError, TransientError } from "../../../stores/store-error";
import type { VirtualTime } from "./virtual-time";

/** How a request goes. */
export interface Delays {
  /** Milliseconds before it takes effect, and from then to its answer. */
  readonly before: number;
  readonly after: number;
  /** Whether the answer is lost. */
  readonly isLost: boolean;
}

/** What the objects of several clients of one bucket share. */
export interface SharedObjects {
  readonly objects: Map<string, { readonly bytes: Buffer; readonly etag: string }>;
  writes: number;
}

/** One client of a bucket whose requests take time. Like real ones, it cannot stop what it has sent. */
export class SlowBucket implements Bucket {
  readonly url = "memory://tables";

  constructor(
    readonly shared: SharedObjects,
    readonly time: VirtualTime,
    readonly nextDelays: () => Delays,
  ) {}

  async open(key: string, options?: OpenOptions) {
    return this.#do(() => {
      const found = this.shared.objects.get(key);
      if (found === undefined) throw new StoreError("absent", "absent");
      const facts: ObjectFacts = { key, size: found.bytes.length, etag: found.etag };
      return { facts, body: Readable.from([found.bytes]) };
    }, options?.signal);
  }

  async put(key: string, body: Body, { ifCurrent, signal }: PutOptions): Promise<ObjectFacts> {
    const bytes = Buffer.concat(await body.open().toArray());
    return this.#do(() => {
      const current = this.shared.objects.get(key)?.etag ?? "absent";
      if (ifCurrent !== undefined && ifCurrent !== current) throw new StoreError("exists", "exists");
      const etag = `"${++this.shared.writes}"`;
      this.shared.objects.set(key, { bytes, etag });
      return { key, size: bytes.length, etag };
    }, signal);
  }

  async head(): Promise<never> {
    throw new Error("not needed");
  }

  // biome-ignore lint/correctness/useYield: not needed
  async *list(): AsyncIterable<never> {
    throw new Error("not needed");
  }

  async remove(): Promise<never> {
    throw new Error("a lease is never removed");
  }

  async #do<T>(work: () => T, signal?: AbortSignal): Promise<T> {
    const { before, after, isLost } = this.nextDelays();
    const done = this.time.wait(before).then(work);
    done.catch(() => undefined);
    const answered = done
      .catch(() => undefined)
      .then(() => this.time.wait(after))
      .then(() => {
        if (isLost) throw new TransientError("the connection was lost");
        return done;
      });
    if (signal === undefined) return answered;
    answered.catch(() => undefined);
    let stop = () => {};
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
    });
    return Promise.race([answered, aborted]).finally(() => signal.removeEventListener("abort", stop));
  }
}
