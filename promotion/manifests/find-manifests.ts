import { basename } from "node:path";
import { type Problem, placeAtFile } from "../../document/problem";
import { findKpromoFiles, findKpromoImages } from "./find-kpromo-manifests";
import { findOwnManifests } from "./find-own-manifests";
import { ManifestDirectory } from "./manifest-directory";
import type { FoundManifests } from "./manifest-files";

/**
 * Finds the manifests of a directory, in kpromo's layout (`manifests/` beside `images/` or `filestores/`) or our own
 * (`<project>/images.yaml`, `<project>/files.yaml`). Files that are not YAML are ignored. Never throws.
 *
 * @param root as it is shown in problems
 */
export function findManifests(root: string): FoundManifests {
  try {
    const directory = new ManifestDirectory(root);
    const found = findInLayout(directory);
    const problems = [...directory.problems, ...found.problems];
    const { manifests, withdrawn } = found;
    if (manifests.length + withdrawn.length + problems.length > 0) return { manifests, withdrawn, problems };
    return { manifests: [], withdrawn: [], problems: [nothingFound(directory)] };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const message = code === "ENOENT" ? "the directory does not exist" : `the directory cannot be read (${code})`;
    const fix =
      code === "ENOENT"
        ? `Write ${root}/<project>/images.yaml or files.yaml, or choose another directory with --manifests.`
        : "Choose another directory with --manifests.";
    return {
      manifests: [],
      withdrawn: [],
      problems: [placeAtFile(root, { rule: "file/unreadable", severity: "error", message, fix })],
    };
  }
}

function findInLayout(directory: ManifestDirectory): FoundManifests {
  const folders = new Set(layoutFolders(directory));
  if (folders.size === 0) return findOwnManifests(directory);
  if (!folders.has("manifests")) return incomplete(directory, [...folders][0] ?? "", "manifests");
  if (folders.size === 1) return incomplete(directory, "manifests", "images/ or filestores");
  const found = [
    ...(folders.has("images") ? [findKpromoImages(directory, folders.has("filestores"))] : []),
    ...(folders.has("filestores") ? [findKpromoFiles(directory, folders.has("images"))] : []),
  ];
  return {
    manifests: found.flatMap(({ manifests }) => manifests),
    withdrawn: found.flatMap(({ withdrawn }) => withdrawn),
    problems: found.flatMap(({ problems }) => problems),
  };
}

/** The folders of kpromo's layout that a directory has. */
function layoutFolders(directory: ManifestDirectory, path = directory.root): readonly string[] {
  const known = ["manifests", "images", "filestores"];
  return directory
    .list(path)
    .filter(({ name, kind }) => kind === "directory" && known.includes(name))
    .map(({ name }) => name);
}

function incomplete(directory: ManifestDirectory, present: string, missing: string): FoundManifests {
  const message = `there is ${present}/ but no ${missing}/ beside it`;
  const fix = "Choose the directory that has both: manifests/ beside images/ for images, beside filestores/ for files.";
  const complaint = { rule: "manifest/no-manifests", severity: "error", message, fix } as const;
  return { manifests: [], withdrawn: [], problems: [placeAtFile(directory.root, complaint)] };
}

function nothingFound(directory: ManifestDirectory): Problem {
  const below = directory
    .list()
    .filter(({ path, kind }) => kind === "directory" && layoutFolders(directory, path).includes("manifests"))
    .map(({ path }) => `--manifests ${path}`);
  const fix =
    below.length > 0
      ? `Choose one below it: ${below.slice(0, 5).join(" ")}`
      : `Write ${basename(directory.root)}/<project>/images.yaml or files.yaml, or choose a directory that has manifests/ with --manifests.`;
  const message = "there are no manifests in this directory";
  return placeAtFile(directory.root, { rule: "manifest/no-manifests", severity: "error", message, fix });
}
