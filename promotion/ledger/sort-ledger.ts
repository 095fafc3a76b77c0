import type { Ledger } from "./ledger";

/** Names that are compared by their code units, so that every machine has the same order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The same ledger in a fixed order, so that what is made from equal ledgers is equal. */
export function sortLedger({ format, newest, images, files, covered, complete }: Ledger): Ledger {
  return {
    format,
    newest,
    images: [...images].sort((a, b) => compare(a.repository, b.repository) || compare(a.digest, b.digest)),
    files: [...files].sort((a, b) => compare(a.path, b.path)),
    ...(covered !== undefined && { covered: [...covered].sort() }),
    complete: Object.fromEntries(Object.entries(complete).sort(([a], [b]) => compare(a, b))),
  };
}
