import { Readable } from "node:stream";
import type { Body } from "./exchange";

/** A body of what a generator yields. @param length in bytes */
export function bodyFrom(length: number, chunks: () => AsyncGenerator<Buffer>): Body {
  return { length, open: () => Readable.from(chunks(), { objectMode: false }) };
}
