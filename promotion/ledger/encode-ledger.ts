import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Ledger, LedgerImage } from "./ledger";
import { sortLedger } from "./sort-ledger";

const compress = promisify(gzip);

/** What comes first in a file, so that a reader knows what to expect. */
export type LedgerHeader = Omit<Ledger, "images" | "files"> & {
  /** How many lines follow for each kind. */
  readonly images: number;
  readonly files: number;
};

/** Names each digest in full where it is first used, and by the number of that use afterwards: images share most of their blobs. */
class DigestNames {
  readonly #numbers = new Map<string, number>();

  nameOf = (digest: string): string | number => {
    const known = this.#numbers.get(digest);
    if (known === undefined) this.#numbers.set(digest, this.#numbers.size);
    return known ?? digest;
  };
}

function writeImage({ digest, attachedTo, manifests, blobs, ...rest }: LedgerImage, { nameOf }: DigestNames): string {
  return JSON.stringify({
    ...rest,
    digest: nameOf(digest),
    ...(attachedTo !== undefined && { attachedTo: nameOf(attachedTo) }),
    manifests: manifests.map(nameOf),
    blobs: blobs.map(nameOf),
  });
}

function* writeLines({ images, files, ...rest }: Ledger): Generator<string> {
  const header: LedgerHeader = { ...rest, images: images.length, files: files.length };
  yield JSON.stringify(header);
  const names = new DigestNames();
  for (const image of images) yield writeImage(image, names);
  for (const file of files) yield JSON.stringify(file);
}

/**
 * Writes a ledger as JSON lines, compressed with gzip: a header, a line for each image, a line for each file. A digest is written once, and
 * referred to by the number of its first use.
 */
export async function encodeLedger(ledger: Ledger): Promise<Buffer> {
  const lines = [...writeLines(sortLedger(ledger))];
  // Digests cannot be compressed well, so the fastest level is as good as any.
  return compress(lines.map((line) => `${line}\n`).join(""), { level: 1 });
}
