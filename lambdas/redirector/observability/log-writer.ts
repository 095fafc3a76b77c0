import { write } from "node:fs";

/** Writes bytes, not necessarily all of them, and says how many; `error` where it could write none. */
export type WriteBytes = (
  bytes: Uint8Array,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** So many characters are written at once, without waiting for more: a quarter of a pipe (Linux, pipe(7)). */
const enough = 16 * 1024;
/** Nothing waits longer for more to come, in milliseconds. */
const patience = 100;
/** So many characters may wait for a reader that is slow; what comes then is dropped. Some 15,000 lines. */
const most = 8 * 1024 * 1024;
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
 * Takes lines and writes many of them at once: when 16 Ki characters wait, or after 100 ms. It never waits and never
 * throws. While a write is under way lines are gathered, at most 8 Mi characters of them; what is more is dropped,
 * counted, and told by a line of its own as soon as lines are taken again.
 *
 * A place that stops programs between requests, as Lambda does, must wait for `flush` before each answer.
 */
export class LogWriter {
  /** How many lines were dropped: nobody took them in time, or writing failed. */
  dropped = 0;
  readonly #write: WriteBytes;
  #waiting = "";
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
    if (this.#waiting.length + line.length >= most) {
      this.#drop(1);
      return;
    }
    if (this.#untold > 0 && !this.#busy) this.#tell();
    this.#waiting += `${line}\n`;
    this.#lines++;
    if (this.#busy) return;
    if (this.#waiting.length >= enough) this.#start();
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

  #drop(lines: number): void {
    this.dropped += lines;
    this.#untold += lines;
  }

  #tell(): void {
    const time = new Date().toISOString();
    const message = `${this.#untold} lines of this log were dropped before this one`;
    this.#waiting += `${JSON.stringify({ severity: "WARNING", time, message, dropped: this.#untold })}\n`;
    this.#untold = 0;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting === "") return;
    const bytes = Buffer.from(this.#waiting);
    const lines = this.#lines;
    this.#waiting = "";
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
    if (this.#waiting !== "") {
      if (this.#untold > 0) this.#tell();
      this.#start();
      return;
    }
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
