import type { Destinations, PromotedImage } from "../promoted";
import type { ImagePlan } from "./plan";

/** All entries for one digest of one repository. */
export interface WantedImage {
  /** The first entry; the others have the same digest and repository. */
  readonly image: PromotedImage;
  /** The staging repositories that should have it. */
  readonly sources: readonly string[];
  readonly tags: readonly string[];
  readonly destinations: Destinations;
}

/** What one target lacks of an image. */
export type Missing = ImagePlan["missing"][number];

/** Decides which names may change their content: a file's path, or `REPOSITORY:TAG`. */
export type IsMutable = (name: string) => boolean;

/** Whether a mirror is among the destinations. */
export function isDestination(destinations: Destinations, mirror: string): boolean {
  return destinations === "all" || destinations.includes(mirror);
}

/** The mirrors of two entries for the same artifact. */
export function joinDestinations(a: Destinations, b: Destinations): Destinations {
  if (a === b) return a;
  return a === "all" || b === "all" ? "all" : [...new Set([...a, ...b])];
}

/** The entries of one repository by digest: two projects or sources may promise the same. */
export function mergeEntries(entries: readonly PromotedImage[]): Map<string, WantedImage> {
  const wanted = new Map<string, WantedImage>();
  for (const image of entries) {
    const { digest, source, tags, destinations } = image;
    const known = wanted.get(digest);
    if (!known) wanted.set(digest, { image, sources: [source], tags, destinations });
    else {
      wanted.set(digest, {
        image: known.image,
        sources: [...new Set([...known.sources, source])],
        tags: [...new Set([...known.tags, ...tags])].sort(),
        destinations: joinDestinations(known.destinations, destinations),
      });
    }
  }
  return wanted;
}
