import type { Readable } from "node:stream";
import type { Body } from "../../stores/http/exchange";
import { waitByTimer } from "../../stores/http/retry";
import { StoreError } from "../../stores/store-error";
import { longestPiece, type Piece, type ReadStart, readVerified, type Source, startOfSource } from "./read-verified";
import { SharedWindow, type WindowReader } from "./shared-window";
import { SourceFailure } from "./source-failure";
import { streamPieces } from "./stream-pieces";

/** One place that a source is copied to. */
export interface Sink {
  /** Names it in the result. */
  readonly name: string;
  /**
   * Writes the bytes. The body may be opened again for another attempt. Fulfilled: everything is stored.
   *
   * @param signal aborted when the copy is abandoned
   */
  write(body: Body, signal: AbortSignal): Promise<unknown>;
  /**
   * The last bytes are not delivered before this is fulfilled, so that this copy becomes visible after others. Rejected: never.
   *
   * @default at once
   */
  readonly hold?: Promise<unknown>;
}

/** What became of one sink. */
export interface SinkOutcome {
  readonly name: string;
  /** @default it was written */
  readonly error?: unknown;
  /** Whether the failure is the source's: its bytes were wrong, or it stopped sending. */
  readonly isSourceFailure: boolean;
  /** How often it read the source for itself, because it was too slow for the others or had to start again. */
  readonly ownReads: number;
}

/** What became of a copy. */
export interface CopyResult {
  /** Bytes that arrived from the source, in all reads together. */
  readonly bytesRead: number;
  /** In the order of the sinks. */
  readonly outcomes: readonly SinkOutcome[];
}

/** The time, for tests. */
export interface Clock {
  /** Milliseconds since any moment. */
  now(): number;
  /** Waits; rejects when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/** How a copy is done. */
export interface CopyOptions {
  /** The memory that all sinks share, in bytes: a window, and what they hold to send it again. @default {@link usualBuffer} */
  readonly buffer?: number;
  /** How long the other sinks wait for a slow one, in milliseconds in all, before it reads for itself. @default {@link usualPatience} */
  readonly patience?: number;
  readonly signal?: AbortSignal;
  /** Called with the bytes that have arrived. @default nothing */
  readonly onBytes?: (count: number) => void;
  /** Called with the bytes that go to the shared window, in their order, before any sink gets them. @default nothing */
  readonly onShared?: (bytes: Buffer) => void;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** The usual size of the window of one copy, in bytes: 8 MiB are 0.7 seconds at 100 Mbit/s, enough for the jitter of equal sinks. */
export const usualBuffer = 8 * 1024 * 1024;
/** The usual length of the pieces that sinks get, in bytes: longer ones save no processor time, and take more memory in all. */
const usualPiece = 128 * 1024;
/** The part of the buffer that is for what sinks hold to send it again: they share its bytes, as long as they follow the window. */
const heldShare = 1 / 4;
/**
 * What a sink that reads for itself may hold, in bytes: the shortest chunk of Cloud Storage (Cloud Storage, "Perform resumable uploads").
 * There may be many of them, and each holds bytes of its own.
 */
const heldAlone = 256 * 1024;
/** How many pieces a window should have at least: a slow sink must not hold up the others for each. */
const leastPieces = 16;
/** How long fast sinks usually wait for slow ones, in milliseconds. */
export const usualPatience = 2_000;

/** The reason for ending what nobody waits for any more. Node takes a while to make the usual one, with its stack, for each. */
const over = new Error("the copy is over");

const machineClock: Clock = {
  now: () => performance.now(),
  wait: waitByTimer,
};

/**
 * Reads a source once, and writes it to all sinks at the same time. At most `buffer` bytes are in memory, with what sinks hold to send it
 * again (`mayHold`), and for each sink what its streams hold, and what it may hold when it reads for itself. A sink that fills the window while others wait leaves it after `patience`, and continues with a read of its own, as
 * does a sink that starts again. Size and digest are checked on the way; no sink gets the last bytes before they are right.
 *
 * Failures of sinks are in the result. @throws the reason of the signal
 */
export async function copyToMany(
  source: Source,
  sinks: readonly Sink[],
  options: CopyOptions = {},
): Promise<CopyResult> {
  const copy = new Copy(source, sinks, options);
  const outcomes = await copy.run();
  options.signal?.throwIfAborted();
  return { bytesRead: copy.bytesRead, outcomes };
}

/** The state of one sink. */
interface Lane {
  readonly sink: Sink;
  /** Holds the window at the first piece until the body is opened. */
  readonly reserved: WindowReader | undefined;
  readonly streams: Set<Readable>;
  /** Whether it reads the source for itself. */
  isAlone: boolean;
  isOpened: boolean;
  hasDelivered: boolean;
  ownReads: number;
  failure?: { readonly error: unknown };
}

class Copy {
  bytesRead = 0;
  readonly #source: Source;
  readonly #window: SharedWindow;
  readonly #pieceSize: number;
  /** What a sink that follows the window may hold, in bytes. */
  readonly #heldTogether: number;
  readonly #lanes: readonly Lane[];
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #onBytes: (count: number) => void;
  readonly #onShared: (bytes: Buffer) => void;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** Where detached readers continue. */
  readonly #continuations = new WeakMap<WindowReader, ReadStart>();
  #main: Promise<void> | undefined;
  #mainFailure: { readonly error: unknown } | undefined;
  /** When the current time of being held up began, and how much patience is left. */
  #heldUp: { readonly since: number; readonly end: AbortController } | undefined;
  #left: number;

  constructor(source: Source, sinks: readonly Sink[], options: CopyOptions) {
    const {
      buffer = usualBuffer,
      patience = usualPatience,
      signal,
      onBytes = () => {},
      clock = machineClock,
    } = options;
    this.#source = source;
    const keepsAll = source.size <= buffer;
    this.#heldTogether = keepsAll ? source.size : buffer * heldShare;
    this.#window = new SharedWindow(Math.max(buffer - this.#heldTogether, longestPiece), keepsAll);
    this.#pieceSize = Math.min(usualPiece, buffer / leastPieces);
    this.#window.onChange = () => this.#measurePatience();
    this.#lanes = sinks.map((sink) => ({
      sink,
      reserved: this.#window.attach(),
      streams: new Set(),
      isAlone: false,
      isOpened: false,
      hasDelivered: false,
      ownReads: 0,
    }));
    for (const { hold } of sinks) hold?.catch(() => {});
    this.#clock = clock;
    this.#patience = patience;
    this.#left = patience;
    this.#onBytes = onBytes;
    this.#onShared = options.onShared ?? (() => {});
    this.#signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
  }

  async run(): Promise<SinkOutcome[]> {
    const outcomes = await Promise.all(this.#lanes.map((lane) => this.#runLane(lane)));
    this.#stop.abort(over);
    await this.#main;
    return outcomes;
  }

  async #runLane(lane: Lane): Promise<SinkOutcome> {
    const { sink } = lane;
    const { size: length, sha256: verified } = this.#source;
    const mayHold = () => (lane.isAlone ? heldAlone : this.#heldTogether);
    const body = { length, verified, mayHold, open: () => this.#open(lane) };
    let error: unknown;
    try {
      await sink.write(body, this.#signal);
      if (lane.isOpened && !lane.hasDelivered) error = createEarlyEnd(sink.name);
    } catch (thrown) {
      error = lane.failure?.error ?? thrown;
    }
    for (const stream of lane.streams) stream.destroy();
    if (lane.reserved && !lane.isOpened) this.#window.detach(lane.reserved);
    const outcome = {
      name: sink.name,
      ownReads: lane.ownReads,
      isSourceFailure: error !== undefined && lane.failure !== undefined,
    };
    return error === undefined ? outcome : { ...outcome, error };
  }

  #open(lane: Lane): Readable {
    const reader = lane.isOpened ? this.#window.attach() : lane.reserved;
    lane.isOpened = true;
    lane.isAlone = false;
    delete lane.failure;
    this.#main ??= this.#readMain();
    const closing = new AbortController();
    const signal = AbortSignal.any([this.#signal, closing.signal]);
    const pieces = reader ? this.#followWindow(lane, reader, signal) : this.#readAlone(lane, startOfSource(), signal);
    const stream = streamPieces(pieces, () => {
      lane.streams.delete(stream);
      closing.abort(over);
      if (reader) this.#window.detach(reader);
    });
    lane.streams.add(stream);
    return stream;
  }

  /** Fills the window, while anybody needs it. */
  async #readMain(): Promise<void> {
    try {
      for await (const piece of this.#read(startOfSource(), this.#signal)) {
        if (!this.#window.isNeeded) break;
        this.#onShared(piece.bytes);
        await this.#window.add(piece);
      }
    } catch (error) {
      this.#mainFailure = { error };
    }
    this.#window.end(this.#mainFailure !== undefined);
  }

  async *#followWindow(lane: Lane, reader: WindowReader, signal: AbortSignal): AsyncGenerator<Buffer> {
    for (;;) {
      signal.throwIfAborted();
      const continuation = this.#continuations.get(reader);
      if (continuation) return yield* this.#readAlone(lane, continuation, signal);
      const piece = this.#window.peek(reader);
      if (piece === "wait") {
        await this.#window.wait(reader);
      } else if (piece === "end") {
        if (this.#mainFailure) throw failLane(lane, this.#mainFailure.error);
        return await this.#finishEmpty(lane, signal);
      } else {
        await this.#holdLast(lane, piece, signal);
        this.#window.advance(reader);
        yield piece.bytes;
      }
    }
  }

  async *#readAlone(lane: Lane, start: ReadStart, signal: AbortSignal): AsyncGenerator<Buffer> {
    lane.ownReads++;
    lane.isAlone = true;
    const pieces = this.#read(start, signal);
    try {
      for (;;) {
        const next = await pieces.next().catch((error) => {
          throw failLane(lane, error);
        });
        if (next.done) return await this.#finishEmpty(lane, signal);
        await this.#holdLast(lane, next.value, signal);
        yield next.value.bytes;
      }
    } finally {
      await pieces.return(undefined);
    }
  }

  #read(start: ReadStart, signal: AbortSignal): AsyncGenerator<Piece> {
    const onBytes = (count: number) => {
      this.bytesRead += count;
      this.#onBytes(count);
    };
    const { wait } = this.#clock;
    return readVerified(this.#source, start, { signal, onBytes, pieceSize: this.#pieceSize, wait });
  }

  async #holdLast(lane: Lane, { from, bytes }: Piece, signal: AbortSignal): Promise<void> {
    if (from + bytes.length === this.#source.size) await this.#release(lane, signal);
  }

  /** An empty source has no last piece. */
  async #finishEmpty(lane: Lane, signal: AbortSignal): Promise<void> {
    if (this.#source.size === 0) await this.#release(lane, signal);
  }

  async #release(lane: Lane, signal: AbortSignal): Promise<void> {
    await lane.sink.hold;
    signal.throwIfAborted();
    lane.hasDelivered = true;
  }

  /** Counts the time in which some reader waits for others, and detaches these when patience has run out. */
  #measurePatience(): void {
    const { isHeldUp } = this.#window;
    if (isHeldUp === (this.#heldUp !== undefined)) return;
    if (this.#heldUp) {
      this.#left -= this.#clock.now() - this.#heldUp.since;
      this.#heldUp.end.abort(over);
      this.#heldUp = undefined;
      return;
    }
    const end = new AbortController();
    this.#heldUp = { since: this.#clock.now(), end };
    this.#clock.wait(Math.max(0, this.#left), end.signal).then(
      () => end.signal.aborted || this.#losePatience(),
      () => {},
    );
  }

  #losePatience(): void {
    this.#heldUp = undefined;
    this.#left = this.#patience;
    const detached = this.#window.detachSlowest();
    for (const { reader, piece } of detached) {
      this.#continuations.set(reader, { from: piece.from, hash: piece.before.copy() });
    }
  }
}

/**
 * Notes that a sink failed because of the source. The sink gets an error that it does not retry: the read was retried already.
 */
function failLane(lane: Lane, error: unknown): unknown {
  lane.failure = { error };
  return error instanceof Error
    ? new SourceFailure(error.message, error instanceof StoreError ? error.fault : "transient")
    : error;
}

function createEarlyEnd(name: string): StoreError {
  return new StoreError(`${name} answered before it had all bytes`, "corrupt");
}
