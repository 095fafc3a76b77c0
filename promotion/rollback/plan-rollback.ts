import { basename, dirname, join } from "node:path";
import { type ListKind, ManifestText } from "./manifest-text";
import { rollBack } from "./roll-back";
import { changeWithdrawn, keyOfWithdrawn, listWithdrawnKeys, type WithdrawnKey } from "./withdrawn-text";

/** The files of manifests at one time: texts by path below the directory of manifests. */
export type ManifestFolder = ReadonlyMap<string, string>;

/** What undoes a commit in a directory of manifests. */
export interface RollbackPlan {
  /** New texts by path; undefined: the file goes. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** What cannot be undone, each as a sentence for the user. */
  readonly refused: readonly string[];
}

/** Where and why something is withdrawn. */
export interface RollbackReason {
  readonly reason: string;
  /** As `2026-11-26`. */
  readonly date: string;
}

function kindOf(path: string): ListKind | "withdrawn" | "places" {
  const name = basename(path);
  if (name === "withdrawn.yaml") return "withdrawn";
  if (name === "images.yaml") return "images";
  return name === "promoter-manifest.yaml" || name === "filepromoter-manifest.yaml" ? "places" : "files";
}

/** Where the withdrawals of a list belong: beside it; in kpromo's layout, those of files are beside the list of stores. */
function withdrawnPath(path: string): string {
  const folder = dirname(path);
  const isKpromo = kindOf(path) === "files" && basename(path) !== "files.yaml";
  return join(isKpromo ? folder.replace(/(^|\/)manifests(?=\/[^/]*$)/, "$1filestores") : folder, "withdrawn.yaml");
}

/** Finds the changes that undo a commit, as texts of manifests: comments and the order of entries stay. */
export function planRollback(
  before: ManifestFolder,
  after: ManifestFolder,
  now: ManifestFolder,
  why: RollbackReason,
): RollbackPlan {
  const files = new Map<string, string | undefined>();
  const refused: string[] = [];
  const added = new Map<string, WithdrawnKey[]>();
  const changed = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
  for (const path of changed) {
    const kind = kindOf(path);
    if (kind === "withdrawn") continue;
    if (kind === "places") {
      if (now.get(path) !== before.get(path))
        refused.push(`${path}: sources and destinations have to be undone by hand`);
      continue;
    }
    const textOf = (folder: ManifestFolder) => new ManifestText(folder.get(path) ?? "", kind);
    const current = textOf(now);
    const undo = rollBack({ before: textOf(before).values, after: textOf(after).values, now: current.values });
    for (const key of undo.refused)
      refused.push(`${path}: ${key} has changed since that commit: undo the later change first`);
    if (undo.changes.size === 0) continue;
    const text = current.change(undo.changes);
    const isEmpty = new ManifestText(text, kind).values.size === 0;
    // A file that the commit added goes again, if nothing has come to it since.
    files.set(path, isEmpty && (kind === "files" || !before.has(path)) ? undefined : text);
    const keys = [
      ...undo.withdrawn.map((key) => createKey(kind, key)),
      ...[...undo.withdrawnTags].map(
        ([key, tags]): WithdrawnKey => ({ list: "images", name: createKey(kind, key).name, tags }),
      ),
    ];
    const target = withdrawnPath(path);
    added.set(target, [...(added.get(target) ?? []), ...keys]);
  }
  const withdrawals = new Set([...added.keys(), ...changed.filter((path) => kindOf(path) === "withdrawn")]);
  for (const path of withdrawals) {
    const known = new Set(listWithdrawnKeys(before.get(path) ?? ""));
    const removed = new Set(listWithdrawnKeys(after.get(path) ?? "").filter((key) => !known.has(key)));
    const keys = (added.get(path) ?? []).filter((key) => !removed.has(keyOfWithdrawn(key)));
    const text = changeWithdrawn(now.get(path) ?? "", removed, keys, why);
    if (text !== (now.get(path) ?? "")) files.set(path, text === "" ? undefined : text);
  }
  return { files, refused };
}

function createKey(kind: ListKind, key: string): WithdrawnKey {
  if (kind === "files") return { list: "files", name: key };
  const at = key.lastIndexOf("@sha256:");
  return { list: "images", name: key.slice(0, at), digest: key.slice(at + 1) };
}
