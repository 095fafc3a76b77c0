import type { ImageClosure } from "../image/read-closure";
import type { FoundImage } from "./add-promoted";

/** Gives equal texts one string: a digest is in many manifests, each of which was parsed from a text of its own. */
export class TextPool {
  readonly #texts = new Map<string, string>();

  keep = (text: string): string => {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    // A part of a long text would keep all of it in memory.
    const own = Buffer.from(text).toString();
    this.#texts.set(own, own);
    return own;
  };
}

/** The image with its children. */
function createOwn(closure: ImageClosure, image: Omit<FoundImage, "manifests" | "blobs">, pool: TextPool): FoundImage {
  const own = closure.manifests.filter(({ attachedTo }) => attachedTo === undefined);
  const manifests = own.map(({ content }) => content.digest).filter((digest) => digest !== image.digest);
  const blobs = new Set(own.flatMap((manifest) => manifest.blobs));
  return { ...image, manifests: manifests.map(pool.keep).sort(), blobs: [...blobs].map(pool.keep).sort() };
}

/**
 * The entries of an image and of all that is attached to it.
 *
 * @param image what the manifests promise of it
 */
export function listFound(
  closure: ImageClosure,
  image: Omit<FoundImage, "manifests" | "blobs">,
  pool: TextPool,
): FoundImage[] {
  const tags = new Map<string, string[]>();
  for (const [tag, digest] of closure.signatureTags) tags.set(digest, [...(tags.get(digest) ?? []), tag].sort());
  const attached = closure.manifests.flatMap(({ content, attachedTo, children, blobs }): FoundImage[] => {
    if (attachedTo === undefined) return [];
    const digest = pool.keep(content.digest);
    const more = { attachedTo: pool.keep(attachedTo), tags: tags.get(digest) ?? [] };
    // Children have entries of their own, which name one subject; the index may have several.
    const manifests = [...new Set(children)].map(pool.keep).sort();
    return [{ ...image, digest, ...more, manifests, blobs: [...new Set(blobs)].map(pool.keep).sort() }];
  });
  return [createOwn(closure, image, pool), ...attached];
}
