import { sha256 } from "../../routing/sha256";

/** Where routing tables come from while a redirector runs. */
export interface TableSource {
  /** What messages call it: where it is, and never what gives access to it. */
  readonly name: string;
  /**
   * The bytes, where they are new.
   *
   * @param signal ends the reading; what was read until then counts for nothing
   * @returns undefined where there is nothing that was not given before
   * @throws Error with the reason, in words, where nothing could be read
   */
  read(signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Resolves when no read is in progress: a read that its signal could not end keeps the process alive. @default at once */
  idle?(): Promise<void>;
}

/**
 * From the question to the last byte, in milliseconds: a table is a megabyte, which comes within that over half a megabit
 * a second.
 */
export const tableTimeout = 20_000;

/**
 * Largest table that is read, in bytes: thirteen times what the shipped inventory needs. No request is answered while
 * its checksum is computed, which takes tens of milliseconds.
 */
export const largestTable = 16 * 1024 * 1024;

/** What is wrong with a source that gives more than {@link largestTable}. */
export const tooLarge = "it is larger than 16 MiB, which no routing table is";

/**
 * Remembers what was given, by its SHA-256: for servers without ETags, and files whose time of change is too coarse to
 * be believed.
 */
export class LastGiven {
  #digest = "";

  /** The bytes, or undefined where they are those of the last time. */
  unlessSame(bytes: Uint8Array): Uint8Array | undefined {
    const digest = sha256(bytes).toString("hex");
    if (digest === this.#digest) return undefined;
    this.#digest = digest;
    return bytes;
  }
}
