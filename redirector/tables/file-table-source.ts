// Not `node:fs/promises`, which Bun would load at the start, whether a table is in a file or not.
import { type BigIntStats, constants, promises } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { LastGiven, largestTable, type TableSource, tooLarge } from "./table-source";

/**
 * A file changed so recently that a second change could carry the same time: the coarsest clocks of file systems tick
 * every two seconds (FAT). It is read again the next time, whatever its time says.
 */
const tickMilliseconds = 2_000;

function sameState(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

function isSettled({ mtimeMs }: BigIntStats): boolean {
  return Math.abs(Date.now() - Number(mtimeMs)) > tickMilliseconds;
}

/**
 * A routing table in a file. It has changed where its inode, size or time of change has: a rename over it is seen, and
 * so is writing into it. What is read while somebody writes is given as it is, for its checksum to be found wrong, and
 * the file is read again the next time. It never waits for anything but a regular file: a pipe would not open until somebody
 * writes (`O_NONBLOCK`, open(2)).
 */
export class FileTableSource implements TableSource {
  readonly name: string;
  readonly #given = new LastGiven();
  #state: BigIntStats | undefined;
  /** Resolves when the last read has ended. */
  #look: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.name = path;
  }

  /**
   * Waits for an earlier read that has not ended, instead of beginning another: each one that hangs, for example on a lost
   * network file system, holds one of the runtime's four threads for files, names and the log (libuv, "Thread pool").
   */
  async read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const ended = rejectedBy(signal);
    await Promise.race([this.idle(), ended]);
    const look = this.#read(signal);
    this.#look = look.catch(() => {});
    return Promise.race([look, ended]);
  }

  async idle(): Promise<void> {
    await this.#look;
  }

  async #read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const file = await promises.open(this.name, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const state = await file.stat({ bigint: true });
      if (this.#state !== undefined && sameState(state, this.#state)) return undefined;
      const bytes = await this.#bytes(file, state);
      const after = await file.stat({ bigint: true });
      signal.throwIfAborted();
      this.#state = sameState(state, after) && isSettled(after) ? after : undefined;
      return this.#given.unlessSame(bytes);
    } finally {
      await file.close();
    }
  }

  /** Reads at most its size and one byte, even if it grows meanwhile. */
  async #bytes(file: FileHandle, state: BigIntStats): Promise<Uint8Array> {
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

function rejectedBy(signal: AbortSignal): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  // Its caller may have stopped waiting.
  rejected.catch(() => {});
  return rejected;
}
