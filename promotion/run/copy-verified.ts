import { createHash, type Hash } from "node:crypto";
import { StoreError } from "../../stores/store-error";
import { copyToMany, type Sink, usualBuffer } from "../transfer/copy-to-many";
import type { Source } from "../transfer/read-verified";
import type { RunContext } from "./run-context";
import type { ExpectedObject } from "./verification";

/** What is copied, without a way to read it. */
export interface Copied extends Pick<Source, "sha256" | "size"> {
  /** Whether some sink needs its MD5. */
  readonly needsMd5: boolean;
}

/** A source that sends corrupt bytes is read once more: they may have been damaged in transit. */
const leastRounds = 2;

/**
 * Makes the sinks of one round. A new round needs new ones, because what they wait for begins again.
 *
 * @param expected what an object should be, once all its bytes have been read
 * @param names those that take part
 */
export type CreateSinks = (expected: () => ExpectedObject, names: ReadonlySet<string>) => readonly Sink[];

/**
 * Copies a blob or a file to sinks within the memory of the run.
 *
 * @param sources all with the same content; another one is tried if one fails
 * @param names of the sinks
 * @returns the errors of those that failed, by name
 */
export async function copyVerified(
  copied: Copied,
  sources: readonly Pick<Source, "name" | "open">[],
  names: readonly string[],
  createSinks: CreateSinks,
  { memory, clock, signal, counters }: RunContext,
): Promise<Map<string, unknown>> {
  const failures = new Map<string, unknown>();
  let waiting: ReadonlySet<string> = new Set(names);
  const rounds = Math.max(leastRounds, sources.length);
  for (let round = 0; round < rounds && waiting.size > 0; round++) {
    const source = sources[round % sources.length];
    if (!source) throw new Error("unreachable: there is a source");
    const checksum = new SharedChecksum(copied);
    const sinks = createSinks(() => checksum.expected(), waiting);
    const { outcomes } = await memory.use(Math.min(copied.size, usualBuffer), (buffer) =>
      copyToMany({ ...copied, name: source.name, open: (from, stop) => source.open(from, stop) }, sinks, {
        buffer,
        clock,
        signal,
        onBytes: (count) => counters.addRead(count),
        onShared: (bytes) => checksum.add(bytes),
      }),
    );
    const again = new Set<string>();
    for (const { name, error, isSourceFailure } of outcomes) {
      if (error === undefined) failures.delete(name);
      else failures.set(name, error);
      const isCurable = error instanceof StoreError && (error.fault === "corrupt" || sources.length > 1);
      if (isSourceFailure && isCurable) again.add(name);
    }
    // Sinks that waited for others in vain get another chance together with them.
    for (const { name, hold } of sinks) if (again.size > 0 && hold && failures.has(name)) again.add(name);
    waiting = again;
  }
  return failures;
}

/** The MD5 of the shared read, if it is needed: stores that compute no SHA-256 report it. */
class SharedChecksum {
  readonly #copied: Copied;
  readonly #hash: Hash | undefined;
  #length = 0;
  #md5: string | undefined;

  constructor(copied: Copied) {
    this.#copied = copied;
    this.#hash = copied.needsMd5 ? createHash("md5") : undefined;
  }

  add(bytes: Buffer): void {
    this.#hash?.update(bytes);
    this.#length += bytes.length;
  }

  /** Without MD5 if the sinks read for themselves, so that the shared read did not get to the end. */
  expected(): ExpectedObject {
    const { size, sha256 } = this.#copied;
    if (this.#length === size) this.#md5 ??= this.#hash?.digest("hex");
    return { size, sha256, md5: this.#md5 };
  }
}
