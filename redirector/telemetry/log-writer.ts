import { write } from "node:fs";

/** Writes bytes, not necessarily all of them, and says how many; `error` where it could write none. */
export type WriteBytes = (
  bytes: Uint8Array,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** So many bytes are written at once, without waiting for more: what a pipe holds (Linux, pipe(7)). */
const enough = 64 * 1024;
/** Room for what is written at once, and for the line that makes it enough, which is a few hundred bytes long. */
const usualRoom = enough + 16 * 1024;
/** Bytes that one character takes at the most: UTF-8 writes a pair of surrogates, which are two, in four. */
const bytesPerCharacter = 3;
/** Nothing waits longer for more to come, in milliseconds. */
const patience = 100;
/** So many bytes may wait for a reader that is slow; what comes then is dropped. Some 15,000 lines. */
const most = 8 * 1024 * 1024;
const lineEnd = 0x0a;
const nothing = new Uint8Array();
/** When a full pipe that does not block is tried again, in milliseconds. */
const pause = 10;

/**
 * Writes to a file descriptor on a thread of the runtime. `process.stdout` would not do: on Linux it waits for the
 * reader of a pipe, and every client with it (Node's documentation, "A note on process I/O").
 */
export function writeTo(descriptor: number): WriteBytes {
  return (bytes, done) => write(descriptor, bytes, done);
}

/**
 * Takes lines and writes many of them at once: when 64 KiB wait, or after 100 ms. It never waits and never throws.
 * While a write is under way lines are gathered, at most 8 MiB of them; what is more is dropped, counted, and told by a
 * line of its own as soon as lines are taken again. Lines become bytes at once: as texts of many parts they would be
 * moved about by every collection of garbage until they are written.
 *
 * A place that stops programs between requests, as Lambda does, must wait for `flush` before each answer.
 */
export class LogWriter {
  /** How many lines were dropped: nobody took them in time, or writing failed. */
  dropped = 0;
  readonly #write: WriteBytes;
  #room: Buffer = Buffer.allocUnsafe(usualRoom);
  #used = 0;
  /** The room that was written last, to be used again. */
  #spare: Buffer | undefined;
  #lines = 0;
  #untold = 0;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  #whenIdle: (() => void)[] = [];

  /** @param bytes where to: `writeTo(1)` is the standard output */
  constructor(bytes: WriteBytes) {
    this.#write = bytes;
  }

  /** Takes one line, without its end. */
  write(line: string): void {
    this.writeParts(nothing, line, nothing);
  }

  /** Takes one line, without its end, between bytes that it has in common with other lines: those are only copied. */
  writeParts(beginning: Uint8Array, text: string, ending: Uint8Array): void {
    const length = beginning.length + text.length + ending.length;
    if (this.#used + length >= most) {
      this.#drop(1);
      return;
    }
    if (this.#untold > 0 && !this.#busy) this.#tell();
    this.#gather(beginning, text, ending);
    this.#lines++;
    if (this.#busy) return;
    if (this.#used >= enough) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), patience).unref();
  }

  /**
   * Writes what waits, and waits until it is written, lines that come meanwhile included: before a program ends. A
   * reader that takes nothing makes it wait for ever, so that an end needs a limit of its own.
   */
  async flush(): Promise<void> {
    if (!this.#busy) this.#start();
    if (this.#busy) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #gather(beginning: Uint8Array, text: string, ending: Uint8Array): void {
    const needed = this.#used + beginning.length + text.length * bytesPerCharacter + ending.length + 1;
    if (needed > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#room.length));
      this.#room.copy(larger, 0, 0, this.#used);
      this.#room = larger;
    }
    const room = this.#room;
    room.set(beginning, this.#used);
    const textStart = this.#used + beginning.length;
    const endingStart = textStart + room.write(text, textStart);
    room.set(ending, endingStart);
    const end = endingStart + ending.length;
    room[end] = lineEnd;
    this.#used = end + 1;
  }

  #drop(lines: number): void {
    this.dropped += lines;
    this.#untold += lines;
  }

  #tell(): void {
    const time = new Date().toISOString();
    const message = `${this.#untold} lines of this log were dropped before this one`;
    this.#gather(nothing, JSON.stringify({ severity: "WARNING", time, message, dropped: this.#untold }), nothing);
    this.#untold = 0;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#used === 0) return;
    const room = this.#room;
    const bytes = room.subarray(0, this.#used);
    const lines = this.#lines;
    this.#room = this.#spare ?? Buffer.allocUnsafe(usualRoom);
    this.#spare = room.length === usualRoom ? room : undefined;
    this.#used = 0;
    this.#lines = 0;
    this.#busy = true;
    this.#continue(bytes, lines);
  }

  #continue(bytes: Uint8Array, lines: number): void {
    this.#write(bytes, (error, written) => {
      if (error?.code === "EAGAIN") {
        setTimeout(() => this.#continue(bytes, lines), pause);
      } else if (error) {
        this.#drop(lines);
        this.#finish();
      } else if (written < bytes.length) {
        this.#continue(bytes.subarray(written), lines);
      } else {
        this.#finish();
      }
    });
  }

  #finish(): void {
    this.#busy = false;
    if (this.#used > 0) {
      if (this.#untold > 0) this.#tell();
      this.#start();
      return;
    }
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
