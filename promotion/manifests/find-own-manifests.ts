import { findMisplaced } from "./layout-problems";
import type { ManifestDirectory } from "./manifest-directory";
import type { FoundManifests, ManifestFiles, WithdrawnFiles } from "./manifest-files";

/** Files beside the projects that belong to other parts of promotion. */
const otherFiles = ["policy.yaml"];
const fix =
  "Write a project's images to <project>/images.yaml, its files to <project>/files.yaml, and what it withdraws to <project>/withdrawn.yaml.";

/** Finds `<project>/images.yaml`, `<project>/files.yaml` and `<project>/withdrawn.yaml`. */
export function findOwnManifests(directory: ManifestDirectory): FoundManifests {
  const entries = directory.list();
  const projects = entries.filter(({ kind }) => kind === "directory");
  const others = entries.filter((entry) => !projects.includes(entry) && !otherFiles.includes(entry.name));
  const problems = findMisplaced(directory, others, fix);
  const withdrawn: WithdrawnFiles[] = [];
  const manifests = projects.flatMap(({ name: project, path }): ManifestFiles[] => {
    const found = directory.list(path);
    const fileOf = (name: string) => found.find((entry) => entry.kind === "file" && entry.name === name);
    const [images, files, removals] = [fileOf("images.yaml"), fileOf("files.yaml"), fileOf("withdrawn.yaml")];
    if (removals !== undefined) withdrawn.push({ project, path: removals.path, kind: "both" });
    problems.push(
      ...findMisplaced(
        directory,
        found.filter((entry) => entry !== images && entry !== files && entry !== removals),
        fix,
      ),
    );
    return [
      ...(images === undefined ? [] : [{ kind: "images", project, images: images.path } as const]),
      ...(files === undefined ? [] : [{ kind: "files", project, files: [files.path] } as const]),
    ];
  });
  return { manifests, withdrawn, problems };
}
