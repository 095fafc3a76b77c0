import { findNearest } from "../../document/find-nearest";
import { findMisplaced, notAFile } from "./layout-problems";
import type { ManifestDirectory } from "./manifest-directory";
import type { FoundManifests, ManifestFiles, WithdrawnFiles } from "./manifest-files";

/** Files beside the projects that belong to other parts of promotion. */
const otherFiles = ["policy.yaml"];
/** The files of a project. */
const names = ["images.yaml", "files.yaml", "withdrawn.yaml"] as const;
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
    const [images, files, removals] = names.map(fileOf);
    const missing = names.filter((name) => fileOf(name) === undefined);
    if (removals !== undefined) withdrawn.push({ project, path: removals.path, kind: "both" });
    for (const entry of found) {
      if (entry === images || entry === files || entry === removals) continue;
      if (entry.kind !== "refused" && names.some((name) => name === entry.name)) {
        problems.push(notAFile(entry));
        continue;
      }
      const meant = findNearest(entry.name, missing);
      problems.push(...findMisplaced(directory, [entry], meant === undefined ? fix : `Rename it to ${meant}`));
    }
    return [
      ...(images === undefined ? [] : [{ kind: "images", project, images: images.path } as const]),
      ...(files === undefined ? [] : [{ kind: "files", project, files: [files.path] } as const]),
    ];
  });
  return { manifests, withdrawn, problems };
}
