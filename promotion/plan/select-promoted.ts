import type { Promoted, PromotedFile, PromotedImage, Withdrawn } from "../promoted";
import { entryKey } from "./entry-key";
import type { Plan } from "./plan";

/** The names that an entry claims: two entries with one of them are in conflict, or promise the same. */
function claimsOf(entry: PromotedImage | PromotedFile): string[] {
  if ("path" in entry) return [entry.path];
  const { repository, digest, tags } = entry;
  return [`${repository}@${digest}`, ...tags.map((tag) => `${repository}:${tag}`)];
}

/** Selects entries, with all that claim the same names, and so on: a conflict must be seen whatever is selected. */
function select(
  promoted: Promoted,
  isSelected: (entry: PromotedImage | PromotedFile) => boolean,
  withdrawn: readonly Withdrawn[] = promoted.withdrawn,
): Promoted {
  const all = [...promoted.images, ...promoted.files];
  const selected = new Set(all.filter(isSelected));
  const claims = new Set<string>();
  for (let size = 0; size !== selected.size; ) {
    size = selected.size;
    for (const entry of selected) for (const claim of claimsOf(entry)) claims.add(claim);
    for (const entry of all) if (claimsOf(entry).some((claim) => claims.has(claim))) selected.add(entry);
  }
  const images = promoted.images.filter((entry) => selected.has(entry));
  const files = promoted.files.filter((entry) => selected.has(entry));
  const projects = new Set([...images, ...files, ...withdrawn].map(({ project }) => project));
  return { projects: promoted.projects.filter((project) => projects.has(project)), images, files, withdrawn };
}

/** The entries that are new, or differ from all former ones in anything but their place; withdrawals likewise. */
export function selectChanged(promoted: Promoted, former: Promoted): Promoted {
  const known = new Set([...former.images, ...former.files].map(entryKey));
  const withdrawn = new Set(former.withdrawn.map(entryKey));
  const isNew = (entry: Withdrawn) => !withdrawn.has(entryKey(entry));
  return select(promoted, (entry) => !known.has(entryKey(entry)), promoted.withdrawn.filter(isNew));
}

/**
 * The entries that a plan is about, with the subjects of what it attaches. If a subject is not promised itself, it is a child of some
 * index, so all images of the repository are selected.
 */
export function selectPlanned(promoted: Promoted, { images, files }: Plan): Promoted {
  const promised = new Set(promoted.images.map(nameOf));
  const wanted = new Set([...files.map(({ path }) => path), ...images.map(nameOf)]);
  const repositories = new Set<string>();
  for (const { repository, attachedTo } of images) {
    if (attachedTo === undefined) continue;
    const subject = nameOf({ repository, digest: attachedTo });
    if (promised.has(subject)) wanted.add(subject);
    else repositories.add(repository);
  }
  return select(promoted, (entry) =>
    "path" in entry ? wanted.has(entry.path) : wanted.has(nameOf(entry)) || repositories.has(entry.repository),
  );
}

function nameOf({ repository, digest }: { readonly repository: string; readonly digest: string }): string {
  return `${repository}@${digest}`;
}
