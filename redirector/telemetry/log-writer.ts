import { write } from "node:fs";

/** Writes some or all of the bytes, and reports how many; `error` if it could not write any. */
export type WriteBytes = (
  bytes: Uint8Array,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** The number of bytes that are written without waiting for more: the capacity of a pipe (Linux, pipe(7)). */
const enough = 64 * 1024;
/** Space for one write, and for the line that completes it, which is a few hundred bytes long. */
const usualRoom = enough + 16 * 1024;
/** Maximum number of bytes per character: in UTF-8, a surrogate pair, which is two characters, takes four. */
const bytesPerCharacter = 3;
/** The longest time that a line waits for more lines, in milliseconds. */
const patience = 100;
/** The number of bytes that may wait for a slow reader, about 15,000 lines; further lines are dropped. */
const most = 8 * 1024 * 1024;
const lineEnd = 0x0a;
const nothing = new Uint8Array();
/** The time before another attempt to write to a full non-blocking pipe, in milliseconds. */
const pause = 10;

/**
 * Writes to a file descriptor on a thread of the runtime. `process.stdout` is not suitable: on Linux it waits for the
 * reader of a pipe, and every client would wait with it (Node's documentation, "A note on process I/O").
 */
export function writeTo(descriptor: number): WriteBytes {
  return (bytes, done) => write(descriptor, bytes, done);
}

/**
 * Buffers lines and writes many of them at once: when 64 KiB are waiting, or after 100 ms. It never blocks and never
 * throws. During a write, up to 8 MiB of lines are buffered. Further lines are dropped and counted, and a line reports
 * them as soon as lines are accepted again. Lines are encoded at once: as strings of many parts, they would be moved by
 * every garbage collection until they are written.
 *
 * On platforms that freeze programs between requests, as Lambda does, callers must wait for `flush` before each answer.
 */
export class LogWriter {
  /** How many lines were dropped because the reader was too slow or writing failed. */
  dropped = 0;
  readonly #write: WriteBytes;
  #room: Buffer = Buffer.allocUnsafe(usualRoom);
  #used = 0;
  /** The buffer that was written last, for reuse. */
  #spare: Buffer | undefined;
  #lines = 0;
  #unreportedDrops = 0;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  #whenIdle: (() => void)[] = [];

  /** @param bytes the destination: `writeTo(1)` is the standard output */
  constructor(bytes: WriteBytes) {
    this.#write = bytes;
  }

  /** Adds a line, without its line break. */
  write(line: string): void {
    this.writeParts(nothing, line, nothing);
  }

  /** Adds a line, without its line break, between bytes that it shares with other lines, which are only copied. */
  writeParts(beginning: Uint8Array, text: string, ending: Uint8Array): void {
    const length = beginning.length + text.length + ending.length;
    if (this.#used + length >= most) {
      this.#drop(1);
      return;
    }
    if (this.#unreportedDrops > 0 && !this.#busy) this.#reportDrops();
    this.#gather(beginning, text, ending);
    this.#lines++;
    if (this.#busy) return;
    if (this.#used >= enough) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), patience).unref();
  }

  /**
   * Writes everything that is buffered, including lines that arrive in the meantime, and resolves when it is written:
   * for the end of a program. If the reader never reads, it never resolves, so a shutdown needs its own time limit.
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
    this.#unreportedDrops += lines;
  }

  #reportDrops(): void {
    const time = new Date().toISOString();
    const message = `${this.#unreportedDrops} log lines were dropped here`;
    this.#gather(
      nothing,
      JSON.stringify({ severity: "WARNING", time, message, dropped: this.#unreportedDrops }),
      nothing,
    );
    this.#unreportedDrops = 0;
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
      if (this.#unreportedDrops > 0) this.#reportDrops();
      this.#start();
      return;
    }
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
