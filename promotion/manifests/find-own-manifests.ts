import { findMisplaced } from "./layout-problems";
import type { ManifestDirectory } from "./manifest-directory";
import type { FoundManifests, ManifestFiles } from "./manifest-files";

/** Files beside the projects that belong to other parts of promotion. */
const otherFiles = ["policy.yaml", "withdrawn.yaml"];
const fix = "Write a project's images to <project>/images.yaml, and its files to <project>/files.yaml.";

/** Finds `<project>/images.yaml` and `<project>/files.yaml`. */
export function findOwnManifests(directory: ManifestDirectory): FoundManifests {
  const entries = directory.list();
  const projects = entries.filter(({ kind }) => kind === "directory");
  const others = entries.filter((entry) => !projects.includes(entry) && !otherFiles.includes(entry.name));
  const problems = findMisplaced(directory, others, fix);
  const manifests = projects.flatMap(({ name: project, path }): ManifestFiles[] => {
    const found = directory.list(path);
    const fileOf = (name: string) => found.find((entry) => entry.kind === "file" && entry.name === name);
    const [images, files] = [fileOf("images.yaml"), fileOf("files.yaml")];
    problems.push(
      ...findMisplaced(
        directory,
        found.filter((entry) => entry !== images && entry !== files),
        fix,
      ),
    );
    return [
      ...(images === undefined ? [] : [{ kind: "images", project, images: images.path } as const]),
      ...(files === undefined ? [] : [{ kind: "files", project, files: [files.path] } as const]),
    ];
  });
  return { manifests, problems };
}
