import { fileKey } from "../../overlay/file-key";
import { imageKey } from "../../overlay/image-key";
import type { OverlayContent, PromotedObject, WithdrawnContent } from "../../overlay/overlay-content";
import type { Ledger, LedgerImage } from "./ledger";

/** Where a project's artifacts are at mirrors. */
export interface ProjectPaths {
  readonly key: string;
  /** Paths below the registries' roots; an empty string is the root itself. */
  readonly imagesAt: readonly string[];
  /** The folder for files; an empty string is the root. */
  readonly filesAt: string;
}

type Place = Omit<PromotedObject, "key">;

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

/** A mirror that has all of one of the promotions has the object, so the oldest of those that go everywhere counts. */
function joinPlaces(known: Place | undefined, { promotion, isEverywhere }: Place): Place {
  if (!known || (isEverywhere && !known.isEverywhere)) return { promotion, isEverywhere };
  if (isEverywhere !== known.isEverywhere || promotion >= known.promotion) return known;
  return { promotion, isEverywhere };
}

function groupByRepository(images: readonly LedgerImage[]): Map<string, LedgerImage[]> {
  const groups = new Map<string, LedgerImage[]>();
  for (const image of images) {
    const group = groups.get(image.repository);
    if (group) group.push(image);
    else groups.set(image.repository, [image]);
  }
  return groups;
}

function* listObjects({ images, files }: Ledger): Generator<PromotedObject> {
  for (const [repository, group] of groupByRepository(images.filter(({ withdrawn }) => !withdrawn))) {
    const places = new Map<string, Place>();
    for (const { digest, manifests, blobs, promotion, destinations } of group) {
      const place = { promotion, isEverywhere: destinations === undefined };
      for (const each of [digest, ...manifests, ...blobs]) places.set(each, joinPlaces(places.get(each), place));
    }
    for (const [digest, place] of places) yield { key: imageKey(repository, digest), ...place };
  }
  for (const { path, promotion, destinations, withdrawn } of files) {
    if (!withdrawn) yield { key: fileKey(path), promotion, isEverywhere: destinations === undefined };
  }
}

/** What is withdrawn of one repository. */
function withdrawOf(repository: string, group: readonly LedgerImage[]): Omit<WithdrawnContent, "files"> {
  const withdrawn = group.filter((image) => image.withdrawn);
  const promoted = group.filter((image) => !image.withdrawn);
  const needed = new Set(promoted.flatMap(({ digest, manifests, blobs }) => [digest, ...manifests, ...blobs]));
  const images = withdrawn.flatMap(({ digest, tags, withdrawn: withdrawal }) => {
    const { reason = "" } = withdrawal ?? {};
    // A child of a promoted index can still be pulled by its digest.
    if (!needed.has(digest)) return [{ repository, digest, tags, reason }];
    return tags.length > 0 ? [{ repository, tags, reason }] : [];
  });
  const tagged = promoted.flatMap(({ withdrawnTags = {} }) =>
    Object.entries(withdrawnTags).map(([tag, { reason }]) => ({ repository, tags: [tag], reason })),
  );
  const named = new Set(withdrawn.map(({ digest }) => digest));
  const parts = new Set(withdrawn.flatMap(({ manifests, blobs }) => [...manifests, ...blobs]));
  const objects = [...parts].filter((digest) => !needed.has(digest) && !named.has(digest));
  return { images: [...images, ...tagged], objects: objects.map((digest) => imageKey(repository, digest)) };
}

function listWithdrawn({ images, files }: Ledger): WithdrawnContent {
  const isConcerned = (group: readonly LedgerImage[]) =>
    group.some(({ withdrawn, withdrawnTags }) => withdrawn ?? withdrawnTags);
  const groups = [...groupByRepository(images)].filter(([, group]) => isConcerned(group));
  const parts = groups.map(([repository, group]) => withdrawOf(repository, group));
  return {
    images: parts.flatMap((part) => part.images),
    objects: parts.flatMap((part) => part.objects).sort(),
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
  const { covered = [], newest, complete } = ledger;
  const covers = {
    images: findCovers(covered, projects, ({ imagesAt }) => imagesAt),
    files: findCovers(covered, projects, ({ filesAt }) => [filesAt]),
  };
  const objects = { [Symbol.iterator]: () => listObjects(ledger) };
  return { issued, promoted: { covers, newest, objects, complete }, withdrawn: listWithdrawn(ledger) };
}
