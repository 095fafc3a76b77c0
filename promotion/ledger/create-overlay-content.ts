import { fileKey } from "../../overlay/file-key";
import { imageKey } from "../../overlay/image-key";
import type { OverlayContent, WithdrawnContent } from "../../overlay/overlay-content";
import { groupByRepository } from "./group-by-repository";
import type { Ledger, LedgerImage } from "./ledger";
import { listObjects } from "./list-objects";
import { sortLedger } from "./sort-ledger";

/** Where a project's artifacts are at mirrors. */
export interface ProjectPaths {
  readonly key: string;
  /** Paths below the registries' roots; an empty string is the root itself. */
  readonly imagesAt: readonly string[];
  /** The folder for files; an empty string is the root. */
  readonly filesAt: string;
}

function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** The paths at which only projects publish of which the ledger is complete. */
function findCovers(
  covered: readonly string[],
  projects: readonly ProjectPaths[],
  pathsOf: (project: ProjectPaths) => readonly string[],
): string[] {
  const isCovered = ({ key }: ProjectPaths) => covered.includes(key);
  const open = projects.filter((project) => !isCovered(project)).flatMap(pathsOf);
  const paths = new Set(projects.filter(isCovered).flatMap(pathsOf));
  return [...paths].filter((path) => !open.some((other) => isBelow(other, path))).sort();
}

/** A part of withdrawn images that no promoted artifact of its repository needs. */
interface WithdrawnObject {
  readonly key: string;
  /** When the last of these images was hidden. */
  readonly hidden: string;
}

/**
 * What is withdrawn of one repository. Parts of images only of projects of which the ledger is complete: otherwise a promoted image that it does
 * not have yet may need them.
 */
function withdrawOf(
  repository: string,
  group: readonly LedgerImage[],
  covered: readonly string[],
): Pick<WithdrawnContent, "images"> & { readonly objects: readonly WithdrawnObject[] } {
  const withdrawn = group.filter((image) => image.withdrawn);
  const promoted = group.filter((image) => !image.withdrawn);
  const needed = new Set(promoted.flatMap(({ digest, manifests, blobs }) => [digest, ...manifests, ...blobs]));
  const images = withdrawn.flatMap(({ digest, tags, withdrawn: withdrawal }) => {
    const { reason = "" } = withdrawal ?? {};
    // A child of a promoted index can still be pulled by its digest.
    if (!needed.has(digest)) return [{ repository, digest, tags, reason }];
    return tags.length > 0 ? [{ repository, tags, reason }] : [];
  });
  const tagged = promoted.flatMap(({ tags, withdrawnTags = {} }) =>
    // A tag that moved is another image's.
    Object.entries(withdrawnTags).flatMap(([tag, { reason }]) =>
      tags.includes(tag) ? [{ repository, tags: [tag], reason }] : [],
    ),
  );
  const named = new Set(withdrawn.map(({ digest }) => digest));
  const parts = new Map<string, string>();
  for (const { project, manifests, blobs, withdrawn: { hidden } = { hidden: "" } } of withdrawn) {
    if (!covered.includes(project)) continue;
    for (const digest of [...manifests, ...blobs]) {
      if (needed.has(digest) || named.has(digest) || (parts.get(digest) ?? "") > hidden) continue;
      parts.set(digest, hidden);
    }
  }
  const objects = Array.from(parts, ([digest, hidden]) => ({ key: imageKey(repository, digest), hidden }));
  return { images: [...images, ...tagged], objects };
}

/** Characters of all parts of withdrawn images, about 10,000: half of what an overlay may have of text. */
const longestObjects = 1024 * 1024;

/**
 * As many parts as an overlay has room for, of the images that were hidden last. It must not fail because of them: then nothing would be hidden any
 * more. Parts are found by the manifests of their images, which stay hidden, and those that were hidden first are no longer at the origin.
 */
function limitObjects(objects: readonly WithdrawnObject[]): string[] {
  let length = 0;
  return objects
    .toSorted((a, b) => (a.hidden > b.hidden ? -1 : Number(a.hidden < b.hidden)))
    .map(({ key }) => key)
    .filter((key) => {
      length += key.length;
      return length <= longestObjects;
    });
}

function listWithdrawn({ images, files, covered = [] }: Ledger): WithdrawnContent {
  const isConcerned = (group: readonly LedgerImage[]) =>
    group.some(({ withdrawn, withdrawnTags }) => withdrawn ?? withdrawnTags);
  const groups = [...groupByRepository(images)].filter(([, group]) => isConcerned(group));
  const parts = groups.map(([repository, group]) => withdrawOf(repository, group, covered));
  return {
    images: parts.flatMap((part) => part.images),
    objects: limitObjects(parts.flatMap((part) => part.objects)).sort(),
    files: files.flatMap(({ path, withdrawn }) =>
      withdrawn ? [{ path: fileKey(path), reason: withdrawn.reason }] : [],
    ),
  };
}

/**
 * What redirectors may know of a ledger: names of objects with the numbers of their promotions, what is withdrawn, and up to which promotion
 * stores are complete.
 *
 * @param projects of the inventory: the index speaks for the paths of those of which the ledger is complete
 * @param issued ISO 8601, UTC
 */
export function createOverlayContent(
  ledger: Ledger,
  projects: readonly ProjectPaths[],
  issued: string,
): OverlayContent {
  const sorted = sortLedger(ledger);
  const { covered = [], newest, complete } = sorted;
  const covers = {
    images: findCovers(covered, projects, ({ imagesAt }) => imagesAt),
    files: findCovers(covered, projects, ({ filesAt }) => [filesAt]),
  };
  const objects = { [Symbol.iterator]: () => listObjects(sorted) };
  return { issued, promoted: { covers, newest, objects, complete }, withdrawn: listWithdrawn(sorted) };
}
