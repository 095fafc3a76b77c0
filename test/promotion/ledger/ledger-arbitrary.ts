import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Ledger, LedgerFile, LedgerImage } from "../../../promotion/ledger/ledger";

/** A digest of its own for each number. */
export function digestOfNumber(number: number): string {
  return `sha256:${createHash("sha256").update(`${number}`).digest("hex")}`;
}

const digest = fc.integer({ min: 1, max: 40 }).map(digestOfNumber);
const newest = 9;

const withdrawal = fc.record({
  hidden: fc.constant("2026-11-25T10:00:00.000Z"),
  reason: fc.string({ maxLength: 20 }),
  removedFrom: fc.constantFrom([], ["google/us registry"]),
});

const entry = {
  project: fc.constantFrom("app", "tools"),
  promotion: fc.integer({ min: 1, max: newest }),
  destinations: fc.constantFrom(["google/us"], ["aws/eu", "google/us"]),
  withdrawn: withdrawal,
};

const image: fc.Arbitrary<LedgerImage> = fc
  .tuple(
    fc.record(entry, { requiredKeys: ["project", "promotion"] }),
    fc.record({
      repository: fc.constantFrom("app/client", "app/server"),
      digest,
      tags: fc.uniqueArray(fc.constantFrom("v1", "v2", "latest")),
      manifests: fc.uniqueArray(digest, { maxLength: 4 }),
      blobs: fc.uniqueArray(digest, { maxLength: 6 }),
    }),
    fc.option(digest, { nil: undefined }),
    fc.option(withdrawal, { nil: undefined }),
  )
  .map(([common, own, attachedTo, hidden]) => {
    const [tag] = own.tags;
    return {
      ...common,
      ...own,
      ...(attachedTo !== undefined && { attachedTo }),
      ...(tag !== undefined && hidden && { withdrawnTags: { [tag]: hidden } }),
    };
  });

const file: fc.Arbitrary<LedgerFile> = fc
  .tuple(
    fc.record(entry, { requiredKeys: ["project", "promotion"] }),
    fc.record({
      path: fc.constantFrom("v1/tool", "v2/tool", "stable.txt"),
      sha256: digest.map((each) => each.slice(7)),
    }),
  )
  .map(([common, own]) => ({ ...common, ...own }));

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Ledgers in the order in which they are written. */
export const anyLedger: fc.Arbitrary<Ledger> = fc
  .record({
    images: fc.uniqueArray(image, { selector: (each) => `${each.repository}@${each.digest}`, maxLength: 8 }),
    files: fc.uniqueArray(file, { selector: ({ path }) => path }),
    complete: fc.dictionary(fc.constantFrom("google/us registry", "aws/eu files"), fc.integer({ min: 0, max: newest })),
    covered: fc.subarray(["app", "tools"]),
  })
  .map(({ images, files, complete, covered }) => ({
    format: 1,
    newest,
    images: images.sort((a, b) => compare(a.repository, b.repository) || compare(a.digest, b.digest)),
    files: files.sort((a, b) => compare(a.path, b.path)),
    covered,
    complete: { ...complete },
  }));
