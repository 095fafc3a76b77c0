import type { Problem } from "../../document/problem";
import { blobFolder } from "../../inventory/names";
import type { FileProject } from "./project-manifest";

/** Where mirrors hold the blobs of images, beside files: whoever could write a file there could replace a layer. */
const reserved = `${blobFolder}/`;

/** Finds files that would be among the blobs of images. @param prefixes those of a project, below the mirrors' roots */
export function findReservedPaths({ files }: FileProject, prefixes: readonly string[]): Problem[] {
  const found = files.filter(({ name }) => prefixes.some((prefix) => `${prefix}${name}`.startsWith(reserved)));
  return found.map(({ mention: { manifest, path, target } }) =>
    manifest.complain(
      {
        rule: "manifest/reserved-path",
        severity: "error",
        message: `files cannot be in ${reserved}, which holds the blobs of images`,
        fix: "Choose another name or folder.",
      },
      path,
      target,
    ),
  );
}
