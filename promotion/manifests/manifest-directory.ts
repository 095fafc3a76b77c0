import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type Problem, placeAtFile } from "../../document/problem";

/** What a name in a directory of manifests is. A link that leads outside is `refused`; a device or a socket is `other`. */
export type EntryKind = "directory" | "file" | "refused" | "other";

/** A name in a directory. */
export interface DirectoryEntry {
  readonly name: string;
  /** As it is shown in problems: the directory as the user wrote it, and the path below it. */
  readonly path: string;
  readonly kind: EntryKind;
}

/**
 * A directory of manifests. Symbolic links are followed as long as they stay beside the directory or inside, because
 * kubernetes/k8s.io has `artifacts/mirroring/manifests -> ../manifests`. Others could show a reviewer's machine, or the
 * token in `.git/config`, to the author of a pull request: excerpts of files are printed.
 */
export class ManifestDirectory {
  readonly root: string;
  /** Problems with links, in the order in which they were found. */
  readonly problems: Problem[] = [];
  readonly #boundary: string;

  /** @throws the file system's error if there is no such directory */
  constructor(root: string) {
    this.root = root;
    this.#boundary = dirname(realpathSync(root));
  }

  /** The entries of a directory below the root, sorted by name, without hidden ones. */
  list(path = this.root): readonly DirectoryEntry[] {
    const names = readdirSync(path).filter((name) => !name.startsWith("."));
    return names.sort().map((name) => this.entry(join(path, name), name));
  }

  /** An entry of the directory below the root; a missing one is `other`. */
  entry(path: string, name: string): DirectoryEntry {
    return { name, path, kind: this.#kindOf(path) };
  }

  #kindOf(path: string): EntryKind {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return "other";
    if (!found.isSymbolicLink()) return found.isDirectory() ? "directory" : found.isFile() ? "file" : "other";
    const target = resolveLink(path);
    if (target !== undefined && this.#isInside(target)) return statSync(target).isDirectory() ? "directory" : "file";
    this.problems.push(
      placeAtFile(path, {
        rule: "manifest/bad-link",
        severity: "error",
        message: `this symbolic link leads ${target === undefined ? "nowhere" : "outside the manifests"}`,
        fix: "Replace it with what it should lead to.",
      }),
    );
    return "refused";
  }

  #isInside(target: string): boolean {
    const parts = relative(this.#boundary, target).split(sep);
    return parts.every((part) => !part.startsWith(".")) && !relative(this.#boundary, target).startsWith(sep);
  }
}

/** Where a link leads; undefined if to nothing, to itself or to something that is not a file. */
function resolveLink(path: string): string | undefined {
  try {
    const target = realpathSync(path);
    const found = statSync(target);
    return found.isFile() || found.isDirectory() ? target : undefined;
  } catch {
    return undefined;
  }
}
