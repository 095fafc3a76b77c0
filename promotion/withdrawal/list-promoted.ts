import type { Ledger, LedgerFile, LedgerImage } from "../ledger/ledger";
import type { Destinations, Promoted } from "../promoted";

function limit(destinations: Destinations): { readonly destinations?: readonly string[] } {
  return destinations === "all" ? {} : { destinations };
}

/**
 * What manifests promised, in the form of a ledger: for plans that cannot read the real one. What the images consist of is not known, so
 * nothing is ever deleted by it.
 */
export function listPromoted({ images, files }: Promoted): Ledger {
  const byImage = new Map<string, LedgerImage>();
  for (const { project, repository, digest, tags, destinations } of images) {
    const known = byImage.get(`${repository}@${digest}`);
    const all = [...new Set([...(known?.tags ?? []), ...tags])].sort();
    const parts = { manifests: [], blobs: [], promotion: 1 };
    byImage.set(`${repository}@${digest}`, {
      project,
      repository,
      digest,
      tags: all,
      ...parts,
      ...limit(destinations),
    });
  }
  const byPath = new Map(
    files.map(({ project, path, sha256, destinations }): [string, LedgerFile] => [
      path,
      { project, path, sha256, promotion: 1, ...limit(destinations) },
    ]),
  );
  return { format: 1, newest: 1, images: [...byImage.values()], files: [...byPath.values()], complete: {} };
}
