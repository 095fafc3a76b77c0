import { createHash, type Hash } from "node:crypto";
import type { Readable } from "node:stream";
import { waitByTimer } from "../../stores/http/retry";
import { StoreError, TransientError } from "../../stores/store-error";

/** A blob or a file that is copied. */
export interface Source {
  /** For messages, with the host: `gcr.io/k8s-staging-kubernetes/pause@sha256:…`. */
  readonly name: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Opens it for reading, at an offset. Nothing is trusted about the bytes. @throws StoreError */
  open(from: number, signal: AbortSignal): Promise<Readable>;
}

/** Some bytes of a source, one after the other. */
export interface Piece {
  /** The offset of its first byte. */
  readonly from: number;
  readonly bytes: Buffer;
  /** The hash of everything before it: from here, another read can continue. */
  readonly before: Hash;
}

/** Where a read begins. */
export interface ReadStart {
  readonly from: number;
  /** The hash of all bytes before `from`. */
  readonly hash: Hash;
}

/** How a read is done. */
export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Counts the bytes that arrive from the source. */
  readonly onBytes: (count: number) => void;
  /** The least bytes of a piece, unless it is the last of a read: the sinks take each with one write. @default {@link longestPiece} */
  readonly pieceSize?: number;
  /** Waits a number of milliseconds. @default a timer */
  readonly wait?: ((milliseconds: number, signal: AbortSignal) => Promise<unknown>) | undefined;
}

/** Longest part of what a socket delivers at once, in bytes. A source in memory would otherwise fill a whole window with one piece. */
export const longestPiece = 64 * 1024;
/** The pauses before a read continues after failures without a byte in between, in milliseconds, unless the server names one. */
const pauses = [500, 1_000, 2_000, 4_000, 8_000];
/** How often a read may be interrupted in all: a source that sends a byte per connection must not keep it going forever. */
const mostInterruptions = 100;

/** A read from the first byte. */
export function startOfSource(): ReadStart {
  return { from: 0, hash: createHash("sha256") };
}

/**
 * Reads a source from a place to its end. After an interruption or a truncated answer it continues where it was. Size and digest are
 * checked, and **the last piece is held back until they are right**, so that a reader that passes the pieces on never completes a copy
 * of corrupt bytes.
 *
 * @throws StoreError "corrupt" if the bytes differ from the digest or are too many; the last error of the source if it keeps failing
 */
export async function* readVerified(
  source: Source,
  start: ReadStart,
  { signal, onBytes, pieceSize = longestPiece, wait = waitByTimer }: ReadOptions,
): AsyncGenerator<Piece> {
  let { from, hash } = start;
  let failures = 0;
  let last: Piece | undefined;
  let collected: Buffer[] = [];
  let length = 0;
  const createPiece = (): Piece => {
    const [first = Buffer.alloc(0), ...others] = collected;
    const piece = { from, bytes: others.length > 0 ? Buffer.concat(collected, length) : first, before: hash.copy() };
    hash.update(piece.bytes);
    from += length;
    collected = [];
    length = 0;
    return piece;
  };
  for (let interruptions = 0; from < source.size; interruptions++) {
    try {
      for await (const chunk of await source.open(from, signal)) {
        onBytes(chunk.length);
        failures = 0;
        for (const bytes of split(chunk)) {
          collected.push(bytes);
          length += bytes.length;
          if (from + length > source.size) throw createCorruption(source, `more than ${source.size} bytes`);
          if (from + length === source.size) last = createPiece();
          else if (length >= pieceSize) yield createPiece();
        }
      }
      if (from < source.size)
        throw new TransientError(`${source.name}: the source sent only ${from + length} of ${source.size} bytes`);
    } catch (error) {
      signal.throwIfAborted();
      // All bytes are here: an error after the last one changes nothing, the digest decides.
      if (from === source.size && !isFinal(error)) break;
      const after = pauses[failures++];
      if (isFinal(error) || after === undefined || interruptions >= mostInterruptions) throw error;
      if (length > 0) yield createPiece();
      await wait(error instanceof TransientError ? (error.after ?? after) : after, signal);
    }
  }
  const found = hash.digest("hex");
  if (found !== source.sha256) throw createCorruption(source, `bytes with the SHA-256 ${found}`);
  if (last) yield last;
}

/** Whether to give up. An error without a fault is one of the connection. */
function isFinal(error: unknown): boolean {
  return error instanceof StoreError && !(error instanceof TransientError);
}

function createCorruption({ name, sha256 }: Source, what: string): StoreError {
  return new StoreError(
    `${name}: the source sends ${what} for ${sha256}: it was damaged there or in transit, or the listed checksum is wrong`,
    "corrupt",
  );
}

function* split(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += longestPiece) yield chunk.subarray(at, at + longestPiece);
}
