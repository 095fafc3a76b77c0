import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { ObjectFacts } from "../../stores/bucket";

/**
 * How an object was verified at the mirror after it was written:
 *
 * - `sha256`, `md5`: by the checksum that the store computed;
 * - `digest`: a registry, which checks the digest of what it receives, reports it;
 * - `read back`: all bytes were read again;
 * - `size`: the store computes no checksum, and the share of objects that are read back did not include this one.
 */
export type Verification = "sha256" | "md5" | "digest" | "read back" | "size";

/** What an object should be. */
export interface ExpectedObject {
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** In hexadecimal. @default not known */
  readonly md5?: string | undefined;
}

/** Whether an object is the expected one, as far as the store's own checksums show. */
export function compareObject(facts: ObjectFacts, expected: ExpectedObject): "sha256" | "md5" | "other" | "unknown" {
  if (facts.size !== expected.size) return "other";
  if (facts.sha256 !== undefined) return facts.sha256 === expected.sha256 ? "sha256" : "other";
  if (facts.md5 === undefined || expected.md5 === undefined) return "unknown";
  return facts.md5 === expected.md5 ? "md5" : "other";
}

/** Which objects are read back. */
export interface Sampling {
  /** The share of objects, from 0 to 1. */
  readonly readBack: number;
  /** A random text of each run: a mirror that knew the choice could be honest about these objects alone. @default always the same choice */
  readonly seed?: string;
}

/** Whether an object belongs to the share that is read back. */
export function isReadBack(sha256: string, { readBack, seed }: Sampling): boolean {
  const choice = seed === undefined ? sha256 : createHash("sha256").update(`${seed} ${sha256}`).digest("hex");
  return Number.parseInt(choice.slice(0, 8), 16) < readBack * 2 ** 32;
}

/** Whether a stream delivers the expected bytes. */
export async function hasContent(body: Readable, { size, sha256 }: ExpectedObject): Promise<boolean> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > size) return false;
    hash.update(chunk);
  }
  return length === size && hash.digest("hex") === sha256;
}
