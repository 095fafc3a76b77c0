import type { ImageContent } from "./image-content";
import type { Child } from "./read-manifest-fields";

/** What was found for an image; or the manifests for which it was not. */
export type Covering<T> = { readonly found: readonly T[] } | { readonly missing: readonly string[] };

/** BuildKit's attestations are children of this platform, which no client asks for (BuildKit, docs/attestations/attestation-storage.md). */
function isImage({ platform }: Child): boolean {
  return platform?.os !== "unknown" || platform.architecture !== "unknown";
}

/** Finds something about an image: about itself or, for an index, about each of its children. */
export async function findForPlatforms<T>(
  { own }: ImageContent,
  find: (digest: string) => Promise<T | undefined>,
): Promise<Covering<T>> {
  const direct = await find(own.digest);
  if (direct !== undefined) return { found: [direct] };
  const children = [...new Set(own.children.filter(isImage).map(({ digest }) => digest))];
  if (children.length === 0) return { missing: [own.digest] };
  const found: T[] = [];
  const missing: string[] = [];
  for (const digest of children) {
    const each = await find(digest);
    if (each === undefined) missing.push(digest);
    else found.push(each);
  }
  return missing.length > 0 ? { missing: found.length > 0 ? missing : [own.digest] } : { found };
}
