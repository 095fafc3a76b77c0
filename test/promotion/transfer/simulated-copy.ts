import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Clock, Sink } from "../../../promotion/transfer/copy-to-many";
import type { Source } from "../../../promotion/transfer/read-verified";
import type { Body } from "../../../stores/http/exchange";
import { StoreError, TransientError } from "../../../stores/store-error";

/** What one read of a source does at an offset, instead of going on. */
export interface Fault {
  readonly at: number;
  readonly kind: "reset" | "truncate" | "corrupt" | "overrun" | "throttled";
}

const tick = () => new Promise(setImmediate);

/** A promise that the test settles. */
export function createGate() {
  let open = () => {};
  let fail = (_: Error) => {};
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open, fail };
}

/** A clock whose milliseconds are turns of the event loop. */
export function createTickClock(): Clock {
  let time = 0;
  return {
    now: () => time,
    async wait(milliseconds, signal) {
      for (let elapsed = 0; elapsed < milliseconds; elapsed++) {
        await tick();
        signal.throwIfAborted();
        time++;
      }
    },
  };
}

/** Bytes without a pattern, the same for a number. */
export function createBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

/** A source in memory whose reads fail as listed, one fault a read; later reads are good. */
export class SimulatedSource implements Source {
  readonly name = "source.example/image@sha256:1";
  readonly sha256: string;
  readonly size: number;
  opens = 0;
  readonly #bytes: Buffer;
  readonly #faults: readonly (Fault | undefined)[];
  readonly #chunk: number;
  /** Also for all further reads. */
  readonly #lasting: Fault | undefined;

  constructor(bytes: Buffer, chunk: number, faults: readonly (Fault | undefined)[] = [], lasting?: Fault) {
    this.#bytes = bytes;
    this.#chunk = chunk;
    this.#faults = faults;
    this.#lasting = lasting;
    this.size = bytes.length;
    this.sha256 = createHash("sha256").update(bytes).digest("hex");
  }

  async open(from: number): Promise<Readable> {
    const fault = this.#faults[this.opens++] ?? this.#lasting;
    if (fault?.kind === "throttled") throw new TransientError("slow down", 3, "throttled");
    return Readable.from(this.#read(from, fault), { objectMode: false, highWaterMark: 1 });
  }

  async *#read(from: number, fault: Fault | undefined): AsyncGenerator<Buffer> {
    for (let at = from; at < this.size; ) {
      await tick();
      const isBefore = fault !== undefined && at < fault.at;
      const end = Math.min(this.size, at + this.#chunk, isBefore ? fault.at : this.size);
      const bytes = this.#bytes.subarray(at, end);
      if (fault !== undefined && !isBefore) {
        if (fault.kind === "truncate") return;
        if (fault.kind === "reset") throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
        if (fault.kind === "corrupt") bytes.length > 0 && (yield* this.#damage(bytes));
        else yield bytes;
      } else yield bytes;
      at = end;
    }
    if (fault?.kind === "overrun") yield Buffer.from("!");
  }

  *#damage(bytes: Buffer): Generator<Buffer> {
    const damaged = Buffer.from(bytes);
    damaged[0] = (damaged[0] ?? 0) ^ 1;
    yield damaged;
  }
}

/** How a simulated sink behaves. */
export interface SinkBehaviour {
  /** Turns of the event loop per chunk. */
  readonly pace: number;
  /** At which offsets its attempts fail, one after the other; then it succeeds. */
  readonly failsAt: readonly number[];
  /** Whether it gives up after the first failure. */
  readonly isFinal: boolean;
}

/** A sink in memory. Only complete bodies are stored. */
export class SimulatedSink implements Sink {
  stored: Buffer | undefined;
  /** The most bytes that one attempt received. */
  most = 0;

  constructor(
    readonly name: string,
    readonly behaviour: SinkBehaviour,
    readonly hold: Promise<unknown> = Promise.resolve(),
  ) {}

  async write(body: Body): Promise<void> {
    const { failsAt, isFinal } = this.behaviour;
    for (const limit of failsAt) {
      if (await this.#attempt(body, limit)) return;
      if (isFinal) throw new StoreError(`${this.name} refused`, "denied");
    }
    await this.#attempt(body, Number.POSITIVE_INFINITY);
  }

  /** @returns whether it succeeded */
  async #attempt(body: Body, limit: number): Promise<boolean> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body.open()) {
      for (let turn = 0; turn < this.behaviour.pace; turn++) await tick();
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      this.most = Math.max(this.most, length);
      if (length > limit) return false;
    }
    this.stored = Buffer.concat(chunks);
    return true;
  }
}
