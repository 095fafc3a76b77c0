// Not `node:fs/promises`, which Bun would load at the start even if no table is in a file.
import { type BigIntStats, constants, promises } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { LastBytes, largestTable, type TableSource, tooLarge } from "./table-source";

/**
 * A file that changed this recently, in milliseconds, could change again within the same tick: the coarsest clocks of file systems
 * tick every two seconds (FAT). It is read again the next time, even if its time is the same.
 */
const tickMilliseconds = 2_000;

function sameState(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

function isSettled({ mtimeMs }: BigIntStats): boolean {
  return Math.abs(Date.now() - Number(mtimeMs)) > tickMilliseconds;
}

/**
 * A routing table or an overlay in a file. It has changed if its inode, size or time of change has: this detects a rename over it as well as
 * writing into it. A file that is being written is returned as it is: its checksum is wrong, and it is read again the next
 * time. Anything but a regular file is refused without waiting: opening a pipe would wait for a writer (`O_NONBLOCK`, open(2)).
 */
export class FileTableSource implements TableSource {
  readonly name: string;
  readonly #last = new LastBytes();
  #state: BigIntStats | undefined;
  /** Resolves when the last read has ended. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.name = path;
  }

  /**
   * Waits for an earlier read in progress instead of starting another: each one that hangs, for example on a lost network file
   * system, occupies one of the runtime's four threads for files, names and the log (libuv, "Thread pool").
   */
  async read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const ended = rejectOnAbort(signal);
    await Promise.race([this.idle(), ended]);
    const reading = this.#read(signal);
    this.#reading = reading.catch(() => {});
    return Promise.race([reading, ended]);
  }

  async idle(): Promise<void> {
    await this.#reading;
  }

  async #read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const file = await promises.open(this.name, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const state = await file.stat({ bigint: true });
      if (this.#state !== undefined && sameState(state, this.#state)) return undefined;
      const bytes = await this.#readBytes(file, state);
      const after = await file.stat({ bigint: true });
      signal.throwIfAborted();
      this.#state = sameState(state, after) && isSettled(after) ? after : undefined;
      return this.#last.takeIfNew(bytes);
    } finally {
      await file.close();
    }
  }

  /** Reads at most its size and one byte, even if it grows in the meantime. */
  async #readBytes(file: FileHandle, state: BigIntStats): Promise<Uint8Array> {
    if (!state.isFile()) throw new Error("it is not a file");
    if (state.size > largestTable) throw new Error(tooLarge);
    const bytes = new Uint8Array(Number(state.size) + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  // Its caller may have stopped waiting.
  rejected.catch(() => {});
  return rejected;
}
