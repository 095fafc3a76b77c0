import { createHash } from "node:crypto";
import { StoreError } from "../store-error";
import { ChunkList } from "./chunk-list";
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
  readonly bytes: ChunkList;
  /** Of its first byte in the body. */
  readonly offset: number;
  readonly isLast: boolean;
}

/** How long the pieces of a body are, in bytes. */
export interface PieceSizes {
  readonly longest: number;
  /** All lengths but the last are multiples of this. @default 1 */
  readonly unit?: number;
}

/**
 * As {@link verifiedChunks}, in pieces; the last one has the rest. There is always at least one. Memory holds one piece, which is not
 * longer than the body permits (`mayHold`), or than a unit.
 */
export async function* verifiedPieces(
  body: Body,
  expected: Expected,
  { longest, unit = 1 }: PieceSizes,
): AsyncGenerator<Piece> {
  const round = (bytes: number) => Math.max(unit, Math.floor(Math.min(longest, bytes) / unit) * unit);
  const findMost = () => {
    const most = Math.min(longest, body.mayHold?.() ?? longest);
    return most >= body.length ? body.length : round(most);
  };
  let offset = 0;
  let held = new ChunkList();
  for await (const chunk of verifiedChunks(body, expected)) {
    held.append(chunk);
    for (;;) {
      const most = findMost();
      const hasAll = offset + held.length === body.length;
      if (held.length < most || (held.length === most && hasAll)) break;
      const [bytes, rest] = held.splitAt(round(held.length));
      // What a body permits may have become less since these bytes arrived.
      if (hasAll && rest.length === 0) break;
      yield { bytes, offset, isLast: false };
      offset += bytes.length;
      held = rest;
    }
  }
  yield { bytes: held, offset, isLast: true };
}
