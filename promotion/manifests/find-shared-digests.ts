import type { Problem } from "../../document/problem";
import type { PlacedImage } from "./find-image-conflicts";
import { formatMention } from "./format-mention";
import type { PromisedDigest } from "./project-manifest";

interface Owner {
  readonly image: PlacedImage;
  readonly digest: PromisedDigest;
}

/** Two images that share digests: where that begins, and how many they share. */
interface SharedDigests {
  readonly mine: Owner;
  readonly first: Owner;
  readonly count: number;
}

/**
 * Finds digests that belong to several images: a warning for each two images, because withdrawing such a digest from one of them
 * must leave it to the other.
 */
export function findSharedDigests(images: readonly PlacedImage[]): readonly Problem[] {
  const owners = new Map<string, Owner>();
  const pairs = new Map<string, SharedDigests>();
  for (const image of images) {
    for (const digest of image.digests) {
      const mine = { image, digest };
      const first = owners.get(digest.digest);
      if (first === undefined) owners.set(digest.digest, mine);
      else countPair(pairs, mine, first);
    }
  }
  return [...pairs.values()].map(describePair);
}

function countPair(pairs: Map<string, SharedDigests>, mine: Owner, first: Owner): void {
  const key = JSON.stringify([first.image.project, first.image.name, mine.image.project, mine.image.name]);
  const found = pairs.get(key) ?? { mine, first, count: 0 };
  pairs.set(key, { ...found, count: found.count + 1 });
}

function describePair({ mine, first, count }: SharedDigests): Problem {
  const rest = count === 1 ? "" : `, as ${count - 1} more of its digests are`;
  const { manifest, path, target } = mine.digest.mention;
  const complaint = {
    rule: "manifest/shared-digest",
    severity: "warning",
    message: `this digest of ${mine.image.name} is also listed for ${first.image.name} of ${first.image.project} at ${formatMention(first.digest.mention)}${rest}`,
    fix: "Keep it in one of the two, unless both are meant.",
  } as const;
  return manifest.complain(complaint, path, target);
}
