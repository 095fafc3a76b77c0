import { createHash } from "node:crypto";
import { StoreError } from "../store-error";
import type { Body } from "./exchange";

/** A checksum in the making. */
export interface Hash {
  update(bytes: Uint8Array): unknown;
}

/** What a body must be. */
export interface Expected {
  /** Of the whole body, in hexadecimal. */
  readonly sha256: string;
  /** What is written, for messages. */
  readonly name: string;
  /** Further checksums to compute on the way. They are complete when the last chunk is passed on. @default none */
  readonly hashes?: readonly Hash[];
}

/**
 * A body's bytes. The last chunk is held back until size and checksum are known to be right. So a store never gets all of a wrong
 * body, and cannot make it visible, whether or not the store itself verifies checksums.
 *
 * @throws StoreError "corrupt"; the error of the body's source
 */
export async function* verifiedChunks(body: Body, { sha256, name, hashes = [] }: Expected): AsyncGenerator<Buffer> {
  const hash = body.verified === sha256 ? undefined : createHash("sha256");
  let held: Buffer | undefined;
  let length = 0;
  for await (const chunk of body.open() as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > body.length) break;
    if (chunk.length === 0) continue;
    hash?.update(chunk);
    for (const one of hashes) one.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (length !== body.length) {
    const found = length > body.length ? "more" : `${length}`;
    throw new StoreError(`${name} should have ${body.length} bytes, but its source sent ${found}`, "corrupt");
  }
  const found = hash?.digest("hex") ?? sha256;
  if (found !== sha256) {
    throw new StoreError(`${name} should have the SHA-256 ${sha256}, but its source sent ${found}`, "corrupt");
  }
  if (held !== undefined) yield held;
}

/** A part of a body. */
export interface Piece {
  readonly bytes: Buffer;
  /** Of its first byte in the body. */
  readonly offset: number;
  readonly isLast: boolean;
}

/**
 * As {@link verifiedChunks}, in pieces of one size; the last one has the rest. There is always at least one. Memory holds
 * one piece.
 */
export async function* verifiedPieces(body: Body, expected: Expected, size: number): AsyncGenerator<Piece> {
  let offset = 0;
  let collected: Buffer[] = [];
  let length = 0;
  for await (const chunk of verifiedChunks(body, expected)) {
    let rest = chunk;
    while (length + rest.length > size || (length + rest.length === size && offset + size < body.length)) {
      const taken = rest.subarray(0, size - length);
      yield { bytes: Buffer.concat([...collected, taken]), offset, isLast: false };
      offset += size;
      rest = rest.subarray(taken.length);
      collected = [];
      length = 0;
    }
    collected.push(rest);
    length += rest.length;
  }
  yield { bytes: Buffer.concat(collected), offset, isLast: true };
}
