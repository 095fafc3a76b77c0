import type { LedgerImage } from "./ledger";

/** The images of each repository, in the order of the ledger. */
export function groupByRepository(images: readonly LedgerImage[]): Map<string, LedgerImage[]> {
  const groups = new Map<string, LedgerImage[]>();
  for (const image of images) {
    const group = groups.get(image.repository);
    if (group) group.push(image);
    else groups.set(image.repository, [image]);
  }
  return groups;
}
