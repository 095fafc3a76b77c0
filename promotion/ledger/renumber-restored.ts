import { entryName } from "./entry-name";
import type { Ledger, LedgerFile, LedgerImage } from "./ledger";

type Entry = LedgerImage | LedgerFile;

/** Whether an artifact, or a tag of it, was hidden, and is not any more. */
function isRestored(before: Entry | undefined, now: Entry): boolean {
  if (before === undefined || before === now) return false;
  if (before.withdrawn && !now.withdrawn) return true;
  if ("path" in before || "path" in now) return false;
  const hidden = now.withdrawnTags ?? {};
  return now.tags.some((tag) => before.withdrawnTags?.[tag] !== undefined && hidden[tag] === undefined);
}

/**
 * Gives what is promoted again after a withdrawal the number of the run: while it was hidden, nobody looked whether targets hold it, so that they
 * may be complete up to its old number without it.
 */
export function renumberRestored(before: Ledger, now: Ledger, number: number): Ledger {
  if (before === now) return now;
  const known = new Map<string, Entry>([...before.images, ...before.files].map((entry) => [entryName(entry), entry]));
  let isChanged = false;
  const renumber = <T extends Entry>(entry: T): T => {
    if (!isRestored(known.get(entryName(entry)), entry)) return entry;
    isChanged = true;
    return { ...entry, promotion: number };
  };
  const [images, files] = [now.images.map(renumber), now.files.map(renumber)];
  return isChanged ? { ...now, images, files, newest: number } : now;
}
