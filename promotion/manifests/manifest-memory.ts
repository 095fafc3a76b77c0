import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ManifestFiles } from "./manifest-files";
import type { ProjectManifest } from "./project-manifest";

/** The paths of a project's files, by the role of each. */
function pathsOf(files: ManifestFiles): (string | undefined)[] {
  return files.kind === "images" ? [files.registries, files.images] : [files.filestores, ...files.files];
}

/** A text that is the same for projects of the same name and content, wherever their files are. @returns undefined if one cannot be read */
function keyOf(files: ManifestFiles): string | undefined {
  const { kind, project } = files;
  const paths = pathsOf(files);
  const hash = createHash("sha256");
  const hasWithdrawn = files.kind === "files" && files.hasWithdrawn === true;
  hash.update(`${JSON.stringify([kind, project, paths.map((path) => path !== undefined), hasWithdrawn])}\n`);
  try {
    for (const path of paths) {
      if (path === undefined) continue;
      const bytes = readFileSync(path);
      hash.update(`${bytes.length}\n`).update(bytes);
    }
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}

/**
 * Manifests that were read, by their content. The manifests of an older commit are mostly those of today, and parsing them is most of
 * the work of a plan of changes. A problem with a remembered manifest names the file that was read first.
 */
export class ManifestMemory {
  readonly #manifests = new Map<string, ProjectManifest>();

  /** Remembers a manifest. */
  remember(files: ManifestFiles, manifest: ProjectManifest): void {
    const key = keyOf(files);
    if (key !== undefined) this.#manifests.set(key, manifest);
  }

  /** A manifest with the same content. @returns undefined if there was none */
  recall(files: ManifestFiles): ProjectManifest | undefined {
    const key = keyOf(files);
    return key === undefined ? undefined : this.#manifests.get(key);
  }

  /** Forgets all, to free the memory. */
  clear(): void {
    this.#manifests.clear();
  }
}
