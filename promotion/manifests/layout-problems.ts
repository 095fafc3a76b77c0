import { type Problem, placeAtFile } from "../../document/problem";
import type { DirectoryEntry, ManifestDirectory } from "./manifest-directory";

/** Whether a file would be a manifest if it were at the right place. Others, such as `OWNERS`, are ignored. */
function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** Directories below a project are searched for misplaced manifests down to this depth. */
const deepest = 5;

/** The YAML files of some entries and below them, which are not part of the layout. */
export function findMisplaced(
  directory: ManifestDirectory,
  entries: readonly DirectoryEntry[],
  fix: string,
  depth = deepest,
): Problem[] {
  return entries.flatMap(({ name, path, kind }) => {
    if (kind === "directory" && depth > 0) return findMisplaced(directory, directory.list(path), fix, depth - 1);
    return kind === "file" && isYaml(name) ? [misplaced(path, fix)] : [];
  });
}

/** A manifest that would silently be ignored. */
export function misplaced(path: string, fix: string): Problem {
  const message = "this file is outside the layout, so nothing would be promoted from it";
  return placeAtFile(path, { rule: "manifest/outside-layout", severity: "error", message, fix });
}

/** A file of the layout that is missing. @param path the file that needs it */
export function missingFile(path: string, missing: string): Problem {
  const message = `${missing} does not exist`;
  const fix = "Add it, or remove this file.";
  return placeAtFile(path, { rule: "manifest/missing-file", severity: "error", message, fix });
}

/** Something else than a file that has the name of a manifest, and would silently be ignored. */
export function notAFile({ name, path, kind }: DirectoryEntry): Problem {
  const message = `this is ${kind === "directory" ? "a directory" : "not a file"}, so nothing would be promoted from it`;
  const fix = `Replace it with a file ${name}, or remove it.`;
  return placeAtFile(path, { rule: "manifest/outside-layout", severity: "error", message, fix });
}
