import type { Ledger, LedgerFile, LedgerImage, LedgerWithdrawal } from "../ledger/ledger";
import { RepositoryImages } from "./find-owners";
import type { Removal } from "./removal";

/** Where an artifact was deleted, and verified. */
export interface RemovedArtifact {
  readonly removal: Removal;
  readonly target: string;
}

/** Whether an artifact is at no target any more. */
function isGone({ from, left }: Removal, { removedFrom }: LedgerWithdrawal): boolean {
  return [...from, ...left.map(({ target }) => target)].every((target) => removedFrom.includes(target));
}

function isOf({ kind, name, digest }: Removal, entry: LedgerImage | LedgerFile): boolean {
  if ("path" in entry) return kind === "file" && entry.path === name;
  return kind !== "file" && entry.repository === name && entry.digest === digest;
}

/**
 * Notes in a ledger from which targets withdrawn artifacts were deleted, and forgets those that are at no target any more, with what was
 * attached to them.
 */
export function markRemoved(ledger: Ledger, removed: readonly RemovedArtifact[]): Ledger {
  const byName = new Map<string, RemovedArtifact[]>();
  for (const each of removed) byName.set(each.removal.name, [...(byName.get(each.removal.name) ?? []), each]);
  const of = (name: string, entry: LedgerImage | LedgerFile) =>
    (byName.get(name) ?? []).filter(({ removal }) => isOf(removal, entry));
  const images = ledger.images.flatMap((image) => markImage(image, of(image.repository, image)));
  const files = ledger.files.flatMap((file): LedgerFile[] => {
    const own = of(file.path, file);
    const withdrawn = file.withdrawn && markAt(file.withdrawn, own);
    if (!withdrawn || own.length === 0) return [file];
    return own.some(({ removal }) => isGone(removal, withdrawn)) ? [] : [{ ...file, withdrawn }];
  });
  return { ...ledger, images: dropOrphans(images), files };
}

function markAt(withdrawal: LedgerWithdrawal, removed: readonly RemovedArtifact[]): LedgerWithdrawal {
  const targets = removed.map(({ target }) => target);
  return { ...withdrawal, removedFrom: [...new Set([...withdrawal.removedFrom, ...targets])].sort() };
}

function markImage(image: LedgerImage, removed: readonly RemovedArtifact[]): LedgerImage[] {
  if (removed.length === 0 || image.attachedTo !== undefined) return [image];
  if (image.withdrawn) {
    const withdrawn = markAt(image.withdrawn, removed);
    return removed.some(({ removal }) => isGone(removal, withdrawn)) ? [] : [{ ...image, withdrawn }];
  }
  const { withdrawnTags = {}, ...rest } = image;
  const left = Object.entries(withdrawnTags).flatMap(([tag, withdrawal]): [string, LedgerWithdrawal][] => {
    const own = removed.filter(({ removal }) => removal.tags.includes(tag));
    const marked = markAt(withdrawal, own);
    return own.some(({ removal }) => isGone(removal, marked)) ? [] : [[tag, marked]];
  });
  const known = new Set(left.map(([tag]) => tag));
  const tags = image.tags.filter((tag) => known.has(tag) || !(tag in withdrawnTags));
  return [{ ...rest, tags, ...(left.length > 0 && { withdrawnTags: Object.fromEntries(left) }) }];
}

function dropOrphans(images: readonly LedgerImage[]): LedgerImage[] {
  const repositories = new RepositoryImages(images);
  const isOrphan = (image: LedgerImage) =>
    image.attachedTo !== undefined && image.withdrawn !== undefined && repositories.findOwners(image).length === 0;
  return images.filter((image) => !isOrphan(image));
}
