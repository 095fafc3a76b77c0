import { Readable } from "node:stream";
import type { Body } from "./exchange";

/**
 * Bytes in several buffers, which are not joined. The buffers of a copy are shared by all stores that it goes to, so that what each of
 * them holds to send it again takes no memory of its own.
 */
export class ChunkList {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(chunks: readonly Buffer[] = []) {
    for (const chunk of chunks) this.append(chunk);
  }

  get chunks(): readonly Buffer[] {
    return this.#chunks;
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** @param length bytes */
  splitAt(length: number): [ChunkList, ChunkList] {
    const first: Buffer[] = [];
    const second: Buffer[] = [];
    let left = length;
    for (const chunk of this.chunks) {
      if (left > 0) first.push(chunk.subarray(0, left));
      if (left < chunk.length) second.push(chunk.subarray(Math.max(0, left)));
      left -= chunk.length;
    }
    return [new ChunkList(first), new ChunkList(second)];
  }

  /** Adds the bytes to checksums. */
  hashInto<T extends { update(bytes: Buffer): unknown }>(hash: T): T {
    for (const chunk of this.chunks) hash.update(chunk);
    return hash;
  }

  /** As the body of a request. */
  toBody(): Body {
    return { length: this.length, open: () => Readable.from(this.chunks) };
  }
}
