import type { Problem } from "../../document/problem";
import { blobFolder, donorIndexFolder } from "../../inventory/names";
import { completionPrefix } from "../plan/completion-key";
import type { FileProject } from "./project-manifest";

/**
 * Where mirrors hold the blobs of images, beside files, which of them are complete, and what donors should copy: a file there
 * could replace a layer.
 */
const reserved = [`${blobFolder}/`, completionPrefix, `${donorIndexFolder}/`];

function findReserved(path: string): string | undefined {
  return reserved.find((folder) => path.startsWith(folder));
}

/**
 * Finds files that would be among the blobs of images, or among promotion's own objects.
 *
 * @param prefixes those of a project, below the mirrors' roots
 */
export function findReservedPaths({ files }: FileProject, prefixes: readonly string[]): Problem[] {
  return files.flatMap(({ name, mention: { manifest, path, target } }) => {
    const [folder] = prefixes.flatMap((prefix) => findReserved(`${prefix}${name}`) ?? []);
    if (folder === undefined) return [];
    return manifest.complain(
      {
        rule: "manifest/reserved-path",
        severity: "error",
        message: `files cannot be in ${folder}, which is promotion's own`,
        fix: "Choose another name or folder.",
      },
      path,
      target,
    );
  });
}
