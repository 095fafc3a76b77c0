import type { Promotion } from "./inventory";

/**
 * The project that owns a path at the mirrors: the one with the longest path that contains it. Only the owner's manifests may
 * name it.
 *
 * @param kind whether the path is a repository below the registries' roots, or a file
 * @returns the project's key; undefined if no project owns it
 */
export function findOwner({ projects }: Promotion, kind: "images" | "files", path: string): string | undefined {
  let owner: { readonly key: string; readonly length: number } | undefined;
  for (const { key, imagesAt, filesAt } of projects) {
    for (const at of kind === "images" ? imagesAt : [filesAt]) {
      if (isBelow(path, at) && at.length >= (owner?.length ?? 0)) owner = { key, length: at.length };
    }
  }
  return owner?.key;
}

/** Whether a path is inside a folder; an empty string is the root. */
function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}
