import { inParallel } from "../../stores/in-parallel";
import { isIndex } from "../../stores/registry/media-types";
import { StoreError } from "../../stores/store-error";
import type { ImageRepository } from "../image/image-repository";
import { parseManifest } from "../image/parse-manifest";
import { isLastingFault } from "./is-lasting-fault";

/** Images that are read at the same time. */
const lanes = 8;
/** Levels of indexes, and manifests of one image. A source is not trusted, and what has more is not promoted: see `readClosure`. */
const limits = { depth: 8, manifests: 2_000 } as const;

/** The children of an index, at all levels. Of an image that cannot be promoted there are none. */
async function readChildren(repository: ImageRepository, digest: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let level = [digest];
  try {
    for (let depth = 0; depth < limits.depth && level.length > 0; depth++) {
      const next: string[] = [];
      for (const each of level) {
        const { children } = parseManifest(await repository.getManifest(each), `${repository.host}/${repository.name}`);
        for (const child of children) {
          if (isIndex(child.mediaType) && !found.has(child.digest)) next.push(child.digest);
          found.add(child.digest);
        }
        if (found.size > limits.manifests) return new Set();
      }
      level = next;
    }
  } catch (error) {
    if (!(error instanceof StoreError) || !isLastingFault(error.fault)) throw error;
    return new Set();
  }
  return found;
}

/**
 * The indexes that a child belongs to, by the child's digest: its signatures and referrers are promoted with them. Takes one request
 * for each digest, and for each index in an index.
 *
 * @param digests of promised images
 * @throws StoreError if the registry fails, but not if an image is damaged
 */
export async function readParents(
  repository: ImageRepository,
  digests: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const parents = new Map<string, string[]>();
  await inParallel(digests, lanes, async (digest) => {
    for (const child of await readChildren(repository, digest)) {
      const known = parents.get(child);
      if (known) known.push(digest);
      else parents.set(child, [digest]);
    }
  });
  return parents;
}
