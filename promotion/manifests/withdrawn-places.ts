import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Mentions } from "./mentions";
import type { Placement } from "./placement";

/** Where the entries of projects' `withdrawn.yaml` belong, and how they name artifacts. */
export interface WithdrawnPlaces {
  /** The name in the project's manifests. @param path the repository, or the file's path, at mirrors */
  nameOf(kind: "images" | "files", project: string, path: string): string;
  /** The path of its `withdrawn.yaml`, which need not exist. */
  fileOf(kind: "images" | "files", project: string): string;
}

/** Finds the places for entries in directories of manifests, in either layout. */
export function findWithdrawnPlaces(
  directories: readonly string[],
  { prefixes }: Pick<Mentions, "prefixes">,
  placement: Placement,
): WithdrawnPlaces {
  return {
    nameOf(kind, project, path) {
      const ours = kind === "images" ? placement.imagesAt(project) : [placement.filesAt(project)];
      const known = prefixes.get(`${kind} ${project}`) ?? ours.map((at) => (at === "" ? "" : `${at}/`));
      const fitting = known.filter((prefix) => path.startsWith(prefix)).sort((a, b) => b.length - a.length);
      return path.slice(fitting[0]?.length ?? 0);
    },
    fileOf(kind, project) {
      const folder = kind === "images" ? "images" : "filestores";
      const candidates = directories.map((directory) => {
        const isKpromo = existsSync(join(directory, "manifests")) && existsSync(join(directory, folder));
        return isKpromo ? join(directory, folder, project) : join(directory, project);
      });
      return join(candidates.find((path) => existsSync(path)) ?? candidates[0] ?? project, "withdrawn.yaml");
    },
  };
}
