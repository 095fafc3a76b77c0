import { sha256 } from "../../document/sha256";
import { largestOverlay } from "../../overlay/overlay-layout";

/** A source of routing tables, or of overlays, for a running redirector. */
export interface TableSource {
  /** Its name in messages: its location, without credentials. */
  readonly name: string;
  /**
   * The bytes, if they are new.
   *
   * @param signal ends the reading; what was read until then is dropped
   * @returns undefined if they are those of the last time
   * @throws Error with the reason if nothing could be read
   */
  read(signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Resolves when no read is in progress: a read that its signal could not end keeps the process alive. @default at once */
  idle?(): Promise<void>;
}

/**
 * From the request to the last byte, in milliseconds: a table is a megabyte, which takes that long at half a megabit per second.
 */
export const tableTimeout = 20_000;

/**
 * Largest table or overlay that is read, in bytes: thirteen times what the shipped inventory needs, or 1.6 million promoted objects. Computing its checksum takes tens of
 * milliseconds, during which no request is answered.
 */
export const largestTable = largestOverlay;

/**
 * The source answered that there is no such object. S3 answers so with 403 to a reader who may not list the bucket (Amazon S3 API Reference,
 * "GetObject").
 */
export class NoSuchObject extends Error {}

/** Whether nothing could be read because the source has no object; it may never have had one. */
export function isMissing(error: unknown): boolean {
  return error instanceof NoSuchObject || ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** The problem of a source with more than {@link largestTable}. */
export const tooLarge = "it is larger than 16 MiB";

/**
 * Remembers the last bytes, by their SHA-256: for servers without ETags, and for files whose time of change is too coarse to
 * be trusted.
 */
export class LastBytes {
  #digest = "";

  /** The bytes, or undefined if they are those of the last time. */
  takeIfNew(bytes: Uint8Array): Uint8Array | undefined {
    const digest = sha256(bytes).toString("hex");
    if (digest === this.#digest) return undefined;
    this.#digest = digest;
    return bytes;
  }
}
