import { join } from "node:path";
import type { Problem } from "../../document/problem";
import { findMisplaced, missingFile } from "./layout-problems";
import type { DirectoryEntry, ManifestDirectory } from "./manifest-directory";
import type { FoundManifests, ManifestFiles, WithdrawnFiles } from "./manifest-files";

/** The names of kpromo's files (kubernetes-sigs/promo-tools, `promoter/image/schema/manifest.go` and `promobot`). */
const registriesName = "promoter-manifest.yaml";
const imagesName = "images.yaml";
const filestoresName = "filepromoter-manifest.yaml";
/** Ours. kpromo ignores other names in `images/` and `filestores/`, but reads every file of a file project in `manifests/`. */
const withdrawnName = "withdrawn.yaml";

const imagesFix =
  "Images are in images/<project>/images.yaml, registries in manifests/<project>/promoter-manifest.yaml, and withdrawn images in images/<project>/withdrawn.yaml.";
const filesFix =
  "Files are in manifests/<project>/*.yaml, stores in filestores/<project>/filepromoter-manifest.yaml, and withdrawn files in filestores/<project>/withdrawn.yaml.";

/** A folder of the layout: its folders by project, and what is misplaced in it. */
interface LayoutFolder {
  readonly projects: ReadonlyMap<string, readonly DirectoryEntry[]>;
  readonly problems: readonly Problem[];
}

function readFolder(directory: ManifestDirectory, folder: string, fix: string): LayoutFolder {
  const entries = directory.list(join(directory.root, folder));
  const projects = entries.filter(({ kind }) => kind === "directory");
  return {
    projects: new Map(projects.map(({ name, path }) => [name, directory.list(path)])),
    problems: findMisplaced(
      directory,
      entries.filter(({ kind }) => kind !== "directory"),
      fix,
    ),
  };
}

/** Splits a project's entries into the files of a name, and misplaced ones. */
function take(directory: ManifestDirectory, entries: readonly DirectoryEntry[], isWanted: Wanted, fix: string) {
  const wanted = entries.filter(({ name, kind }) => kind === "file" && isWanted(name));
  const others = entries.filter((entry) => !wanted.includes(entry));
  return { paths: wanted.map(({ path }) => path), problems: findMisplaced(directory, others, fix) };
}

type Wanted = (name: string) => boolean;

/** Takes a project's `withdrawn.yaml` out of its entries. */
function takeWithdrawn(entries: readonly DirectoryEntry[]) {
  const found = entries.find(({ name, kind }) => kind === "file" && name === withdrawnName);
  return { removals: found?.path, others: entries.filter((entry) => entry !== found) };
}

/**
 * Finds `manifests/<project>/promoter-manifest.yaml` beside `images/<project>/images.yaml`.
 *
 * @param hasFiles whether `manifests/` has file projects too
 */
export function findKpromoImages(directory: ManifestDirectory, hasFiles: boolean): FoundManifests {
  const images = readFolder(directory, "images", imagesFix);
  const registries = readFolder(directory, "manifests", imagesFix);
  const problems = [...images.problems, ...registries.problems];
  const manifests: ManifestFiles[] = [];
  const withdrawn: WithdrawnFiles[] = [];
  for (const project of [...new Set([...images.projects.keys(), ...registries.projects.keys()])].sort()) {
    const { removals, others } = takeWithdrawn(images.projects.get(project) ?? []);
    const lists = take(directory, others, (name) => name === imagesName, imagesFix);
    const isOurs: Wanted = (name) => name === registriesName;
    const own = take(directory, registries.projects.get(project) ?? [], isOurs, imagesFix);
    problems.push(...lists.problems, ...(hasFiles ? [] : own.problems));
    const [list] = lists.paths;
    const [file] = own.paths;
    if (file !== undefined) {
      manifests.push({ kind: "images", project, registries: file, ...(list === undefined ? {} : { images: list }) });
      if (removals !== undefined) withdrawn.push({ project, path: removals, kind: "images" });
    } else {
      const lonely = list ?? removals;
      if (lonely !== undefined)
        problems.push(missingFile(lonely, join(directory.root, "manifests", project, registriesName)));
    }
  }
  return { manifests, withdrawn, problems };
}

/**
 * Finds `filestores/<project>/filepromoter-manifest.yaml` beside `manifests/<project>/*.yaml`.
 *
 * @param hasImages whether `manifests/` has image projects too
 */
export function findKpromoFiles(directory: ManifestDirectory, hasImages: boolean): FoundManifests {
  const stores = readFolder(directory, "filestores", filesFix);
  const lists = readFolder(directory, "manifests", filesFix);
  const problems = [...stores.problems, ...(hasImages ? [] : lists.problems)];
  const manifests: ManifestFiles[] = [];
  const withdrawn: WithdrawnFiles[] = [];
  const isList: Wanted = (name) => name.endsWith(".yaml") && !(hasImages && name === registriesName);
  for (const project of [...new Set([...stores.projects.keys(), ...lists.projects.keys()])].sort()) {
    const { removals, others } = takeWithdrawn(stores.projects.get(project) ?? []);
    const store = take(directory, others, (name) => name === filestoresName, filesFix);
    const files = take(directory, lists.projects.get(project) ?? [], isList, filesFix);
    problems.push(...store.problems, ...files.problems);
    const [filestores] = store.paths;
    const [first] = files.paths;
    if (filestores === undefined) {
      const lonely = first ?? removals;
      if (lonely !== undefined)
        problems.push(missingFile(lonely, join(directory.root, "filestores", project, filestoresName)));
    } else {
      const hasWithdrawn = removals === undefined ? {} : { hasWithdrawn: true };
      manifests.push({ kind: "files", project, filestores, files: files.paths, ...hasWithdrawn });
      if (removals !== undefined) withdrawn.push({ project, path: removals, kind: "files" });
    }
  }
  return { manifests, withdrawn, problems };
}
