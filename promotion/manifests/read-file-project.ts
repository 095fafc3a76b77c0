import type { Path } from "../../document/path";
import { memberOf } from "../../document/schema-field";
import { type CheckedManifest, checkManifest } from "./checked-manifest";
import { isDigest } from "./digest";
import { isFileName } from "./file-name";
import { missingFile } from "./layout-problems";
import { entriesOf, readListedPlaces } from "./listed-places";
import type { FileManifestFiles } from "./manifest-files";
import { manifestKinds } from "./manifest-kinds";
import type { FileProject, PromisedFileEntry } from "./project-manifest";

/** Reads the manifest of a file project. Never throws. */
export function readFileProject({ project, filestores, files, hasWithdrawn = false }: FileManifestFiles): FileProject {
  const stores = filestores === undefined ? undefined : checkManifest(filestores, () => manifestKinds.filestores);
  const kind = () => (stores === undefined ? manifestKinds.plainFiles : manifestKinds.files);
  const lists = files.map((file) => checkManifest(file, kind));
  const all = [...(stores === undefined ? [] : [stores]), ...lists];
  const written = lists.flatMap((manifest) => writtenFiles(manifest));
  const [manifest] = all as [CheckedManifest, ...CheckedManifest[]];
  const noFiles =
    filestores === undefined || files.length > 0 || hasWithdrawn
      ? []
      : [missingFile(filestores, "a list in the folder of the same name below manifests/")];
  return {
    kind: "files",
    project,
    ...readListedPlaces(all, "filestores", "base"),
    files: written.filter(({ name, sha256 }) => isFileName(name) && isDigest(`sha256:${sha256}`)),
    names: new Set(written.map(({ name }) => name)),
    manifest,
    isReadable: all.every(({ value }) => value !== undefined),
    problems: [...all.flatMap(({ problems }) => problems), ...noFiles],
  };
}

function writtenFiles(manifest: CheckedManifest): PromisedFileEntry[] {
  return entriesOf(memberOf(manifest.value, "files")).flatMap(([index, entry]) => {
    const [name, sha256] = [memberOf(entry, "name"), memberOf(entry, "sha256")];
    const path: Path = ["files", index, "name"];
    return typeof name === "string"
      ? [{ name, sha256: String(sha256), mention: { manifest, path, target: "value" } }]
      : [];
  });
}
