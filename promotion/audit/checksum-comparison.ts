import type { ObjectFacts } from "../../stores/bucket";

type Compared = Pick<ObjectFacts, "size" | "md5" | "crc32c">;

/**
 * Compares what stores report about objects that should be the same, by size, MD5 and CRC-32C. Manifests do not have these, but stores
 * that differ cannot all be right.
 */
export class ChecksumComparison {
  readonly #first = new Map<string, { size: number; md5: string | undefined; crc32c: string | undefined }>();
  readonly #different = new Set<string>();

  /** @param sha256 that the object should have */
  add(sha256: string, { size, md5, crc32c }: Compared): void {
    const known = this.#first.get(sha256);
    if (!known) {
      this.#first.set(sha256, { size, md5, crc32c });
      return;
    }
    const differs = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b;
    if (known.size !== size || differs(known.md5, md5) || differs(known.crc32c, crc32c)) this.#different.add(sha256);
    known.md5 ??= md5;
    known.crc32c ??= crc32c;
  }

  /** Whether stores report different content for what should be one. */
  differ(sha256: string): boolean {
    return this.#different.has(sha256);
  }
}
