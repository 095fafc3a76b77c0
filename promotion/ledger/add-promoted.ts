import { imageKey } from "../../overlay/image-key";
import type { Ledger, LedgerFile, LedgerImage } from "./ledger";

/** An image that is at the origin, verified, before it has a number. */
export type FoundImage = Omit<LedgerImage, "promotion" | "withdrawn" | "withdrawnTags">;

/** A file that is at the origin, verified, before it has a number. */
export type FoundFile = Omit<LedgerFile, "promotion" | "withdrawn">;

/** What a run has found at the origin, or brought there. */
export interface Found {
  readonly images: readonly FoundImage[];
  readonly files: readonly FoundFile[];
}

/** Whether an artifact goes to a mirror now, and did not before. */
function isWidened(before: readonly string[] | undefined, now: readonly string[] | undefined): boolean {
  return before !== undefined && (now === undefined || now.some((mirror) => !before.includes(mirror)));
}

function hasNew(before: readonly string[], now: readonly string[]): boolean {
  return now.some((each) => !before.includes(each));
}

function isSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.length === b.length && !hasNew(a, b));
}

function joinImage(known: LedgerImage | undefined, found: FoundImage, number: number): LedgerImage {
  if (!known) return { ...found, promotion: number };
  const { destinations, attachedTo, ...rest } = found;
  const tags = [...new Set([...known.tags, ...found.tags])].sort();
  const isChanged =
    hasNew(known.tags, found.tags) ||
    isWidened(known.destinations, destinations) ||
    hasNew(known.manifests, found.manifests) ||
    hasNew(known.blobs, found.blobs);
  // What is promised itself, too, is no longer a mere attachment.
  const subject = known.attachedTo === undefined ? undefined : attachedTo;
  const isEqual =
    !isChanged &&
    known.project === found.project &&
    known.attachedTo === subject &&
    isSame(known.destinations, destinations);
  if (isEqual) return known;
  return {
    ...rest,
    tags,
    promotion: isChanged ? number : known.promotion,
    ...(subject !== undefined && { attachedTo: subject }),
    ...(destinations !== undefined && { destinations }),
    ...(known.withdrawn && { withdrawn: known.withdrawn }),
    ...(known.withdrawnTags && { withdrawnTags: known.withdrawnTags }),
  };
}

function joinFile(known: LedgerFile | undefined, found: FoundFile, number: number): LedgerFile {
  if (!known) return { ...found, promotion: number };
  const isChanged = known.sha256 !== found.sha256 || isWidened(known.destinations, found.destinations);
  if (!isChanged && known.project === found.project && isSame(known.destinations, found.destinations)) return known;
  return {
    ...found,
    promotion: isChanged ? number : known.promotion,
    ...(known.withdrawn && { withdrawn: known.withdrawn }),
  };
}

/** A tag belongs to one digest: that which was found with it. */
function dropMovedTags(images: Map<string, LedgerImage>, found: readonly FoundImage[]): void {
  const owners = new Map(
    found.flatMap(({ repository, digest, tags }) => tags.map((tag) => [`${repository}:${tag}`, digest] as const)),
  );
  for (const [key, image] of images) {
    const { repository, digest, tags } = image;
    const isOwn = (tag: string) => (owners.get(`${repository}:${tag}`) ?? digest) === digest;
    if (!tags.every(isOwn)) images.set(key, { ...image, tags: tags.filter(isOwn) });
  }
}

/**
 * Adds what was found at the origin to a ledger. An artifact that is new, or that other objects, tags or mirrors belong to than before, gets
 * the number, because targets that were complete up to an older promotion need not have what is new of it.
 *
 * @param number of the run: that of the newest promotion if the run has already brought something, otherwise the next one
 * @returns the same ledger if it has all of it
 */
export function addPromoted(ledger: Ledger, found: Found, number: number): Ledger {
  const images = new Map(ledger.images.map((image) => [imageKey(image.repository, image.digest), image]));
  const files = new Map(ledger.files.map((file) => [file.path, file]));
  for (const image of found.images) {
    const key = imageKey(image.repository, image.digest);
    images.set(key, joinImage(images.get(key), image, number));
  }
  dropMovedTags(images, found.images);
  for (const file of found.files) files.set(file.path, joinFile(files.get(file.path), file, number));
  const all = { images: [...images.values()], files: [...files.values()] };
  const isUnchanged =
    all.images.length === ledger.images.length &&
    all.files.length === ledger.files.length &&
    all.images.every((image, index) => image === ledger.images[index]) &&
    all.files.every((file, index) => file === ledger.files[index]);
  if (isUnchanged) return ledger;
  const isNumbered = [...all.images, ...all.files].some(({ promotion }) => promotion > ledger.newest);
  return { ...ledger, ...all, newest: isNumbered ? number : ledger.newest };
}
