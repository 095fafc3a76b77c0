import type { Path } from "../../document/path";
import type { Problem } from "../../document/problem";
import { memberOf } from "../../document/schema-field";
import { type CheckedManifest, checkManifest } from "./checked-manifest";
import { isDigest } from "./digest";
import { missingFile } from "./layout-problems";
import { entriesOf, readListedPlaces } from "./listed-places";
import type { ImageManifestFiles } from "./manifest-files";
import { manifestKinds } from "./manifest-kinds";
import type { ImageProject, PromisedDigest, PromisedImage } from "./project-manifest";
import { isRepositoryName } from "./repository-name";
import { isTag } from "./tag";

/** Reads the manifest of an image project. Never throws. */
export function readImageProject({ project, registries, images }: ImageManifestFiles): ImageProject {
  const registriesFile =
    registries === undefined ? undefined : checkManifest(registries, () => manifestKinds.registries);
  const imagesFile = images === undefined ? undefined : checkManifest(images, kindOfImages(registries !== undefined));
  const files = [registriesFile, imagesFile].filter((file) => file !== undefined);
  const listed = readListedPlaces(files, "registries", "name");
  const list = readImages(files.flatMap((file) => listsOf(file)));
  const [manifest] = files as [CheckedManifest, ...CheckedManifest[]];
  return {
    kind: "images",
    project,
    ...listed,
    ...list,
    manifest,
    isReadable: files.every(({ value }) => value !== undefined),
    problems: [...files.flatMap(({ problems }) => problems), ...findFileProblems(registriesFile, imagesFile)],
  };
}

/** In our own layout, a file with registries has both. */
function kindOfImages(hasRegistries: boolean) {
  return (value: unknown) =>
    hasRegistries || memberOf(value, "registries") === undefined ? manifestKinds.images : manifestKinds.plainImages;
}

function findFileProblems(registries?: CheckedManifest, images?: CheckedManifest): Problem[] {
  if (registries?.value === undefined) return [];
  const hasImages = memberOf(registries.value, "images") !== undefined;
  if (hasImages === (images === undefined)) return [];
  if (images === undefined)
    return [missingFile(registries.path, "images.yaml in the folder of the same name below images/")];
  const message = `the images are also in ${images.path}`;
  const complaint = {
    rule: "manifest/two-lists",
    severity: "error",
    message,
    fix: "Keep one of the two lists.",
  } as const;
  return [registries.complain(complaint, ["images"], "key")];
}

interface ImageList {
  readonly manifest: CheckedManifest;
  readonly value: unknown;
  /** The path of the list in the file. */
  readonly path: Path;
}

function listsOf(manifest: CheckedManifest): ImageList[] {
  if (Array.isArray(manifest.value)) return [{ manifest, value: manifest.value, path: [] }];
  const value = memberOf(manifest.value, "images");
  return value === undefined ? [] : [{ manifest, value, path: ["images"] }];
}

/** Merges the entries of each image, and counts them as written. */
function readImages(lists: readonly ImageList[]): Pick<ImageProject, "images" | "counts"> {
  const written = new Map<string, Map<string, WrittenDigest>>();
  for (const { manifest, value, path } of lists) {
    for (const [index, entry] of entriesOf(value)) {
      const name = memberOf(entry, "name");
      if (typeof name === "string")
        addDigests(written, name, manifest, [...path, index, "dmap"], memberOf(entry, "dmap"));
    }
  }
  const all = [...written.values()].flatMap((digests) => [...digests.values()]);
  return {
    images: [...written].flatMap(([name, digests]) => validImage(name, digests)),
    counts: {
      images: written.size,
      digests: all.length,
      tags: all.reduce((sum, { tags }) => sum + tags.size, 0),
    },
  };
}

interface WrittenDigest {
  readonly tags: Set<string>;
  readonly mention: PromisedDigest["mention"];
}

function addDigests(
  written: Map<string, Map<string, WrittenDigest>>,
  name: string,
  manifest: CheckedManifest,
  path: Path,
  dmap: unknown,
): void {
  const digests = written.get(name) ?? new Map<string, WrittenDigest>();
  written.set(name, digests);
  if (typeof dmap !== "object" || dmap === null || Array.isArray(dmap)) return;
  for (const [digest, tags] of Object.entries(dmap)) {
    const found = digests.get(digest) ?? {
      tags: new Set(),
      mention: { manifest, path: [...path, digest], target: "key" },
    };
    digests.set(digest, found);
    for (const [, tag] of entriesOf(tags)) found.tags.add(String(tag));
  }
}

function validImage(name: string, digests: ReadonlyMap<string, WrittenDigest>): PromisedImage[] {
  if (!isRepositoryName(name)) return [];
  const valid = [...digests].flatMap(([digest, { tags, mention }]): PromisedDigest[] =>
    isDigest(digest) ? [{ digest, tags: [...tags].filter(isTag).sort(), mention }] : [],
  );
  return [{ name, digests: valid }];
}
