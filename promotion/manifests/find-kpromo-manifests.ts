import { join } from "node:path";
import type { Problem } from "../../document/problem";
import { findMisplaced, missingFile } from "./layout-problems";
import type { DirectoryEntry, ManifestDirectory } from "./manifest-directory";
import type { FoundManifests, ManifestFiles } from "./manifest-files";

/** The names of kpromo's files (kubernetes-sigs/promo-tools, `promoter/image/schema/manifest.go` and `promobot`). */
const registriesName = "promoter-manifest.yaml";
const imagesName = "images.yaml";
const filestoresName = "filepromoter-manifest.yaml";

const imagesFix =
  "Images are in images/<project>/images.yaml, registries in manifests/<project>/promoter-manifest.yaml.";
const filesFix = "Files are in manifests/<project>/*.yaml, stores in filestores/<project>/filepromoter-manifest.yaml.";

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
  for (const project of [...new Set([...images.projects.keys(), ...registries.projects.keys()])].sort()) {
    const lists = take(directory, images.projects.get(project) ?? [], (name) => name === imagesName, imagesFix);
    const isOurs: Wanted = (name) => name === registriesName;
    const own = take(directory, registries.projects.get(project) ?? [], isOurs, imagesFix);
    problems.push(...lists.problems, ...(hasFiles ? [] : own.problems));
    const [list] = lists.paths;
    const [file] = own.paths;
    if (file !== undefined) {
      manifests.push({ kind: "images", project, registries: file, ...(list === undefined ? {} : { images: list }) });
    } else if (list !== undefined) {
      problems.push(missingFile(list, join(directory.root, "manifests", project, registriesName)));
    }
  }
  return { manifests, problems };
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
  const isList: Wanted = (name) => name.endsWith(".yaml") && !(hasImages && name === registriesName);
  for (const project of [...new Set([...stores.projects.keys(), ...lists.projects.keys()])].sort()) {
    const store = take(directory, stores.projects.get(project) ?? [], (name) => name === filestoresName, filesFix);
    const files = take(directory, lists.projects.get(project) ?? [], isList, filesFix);
    problems.push(...store.problems, ...files.problems);
    const [filestores] = store.paths;
    const [first] = files.paths;
    if (filestores === undefined) {
      if (first !== undefined)
        problems.push(missingFile(first, join(directory.root, "filestores", project, filestoresName)));
    } else {
      manifests.push({ kind: "files", project, filestores, files: files.paths });
    }
  }
  return { manifests, problems };
}
