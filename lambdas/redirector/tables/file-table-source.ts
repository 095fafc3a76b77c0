// Not `node:fs/promises`, which Bun would load at the start, whether a table is in a file or not.
import { type BigIntStats, promises } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { LARGEST_TABLE_BYTES, LastGiven, type TableSource, tooLarge } from "./table-source";

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
 * the file is read again the next time.
 */
export class FileTableSource implements TableSource {
  readonly name: string;
  readonly #given = new LastGiven();
  #state: BigIntStats | undefined;

  constructor(path: string) {
    this.name = path;
  }

  async read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const file = await promises.open(this.name);
    try {
      const state = await file.stat({ bigint: true });
      if (this.#state !== undefined && sameState(state, this.#state)) return undefined;
      const bytes = await this.#bytes(file, state, signal);
      const after = await file.stat({ bigint: true });
      signal.throwIfAborted();
      this.#state = sameState(state, after) && isSettled(after) ? after : undefined;
      return this.#given.unlessSame(bytes);
    } finally {
      await file.close();
    }
  }

  async #bytes(file: FileHandle, state: BigIntStats, signal: AbortSignal): Promise<Uint8Array> {
    if (!state.isFile()) throw new Error("it is not a file");
    if (state.size > LARGEST_TABLE_BYTES) throw new Error(tooLarge);
    return file.readFile({ signal });
  }
}
