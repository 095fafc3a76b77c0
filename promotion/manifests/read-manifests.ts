import { isError, type Problem, placeAtFile } from "../../document/problem";
import type { Promoted, PromotedFile, PromotedImage } from "../promoted";
import { findFileConflicts } from "./find-file-conflicts";
import { findForeignPaths } from "./find-foreign-paths";
import { findImageConflicts } from "./find-image-conflicts";
import { findManifests } from "./find-manifests";
import { findReservedPaths } from "./find-reserved-paths";
import { findSharedDigests } from "./find-shared-digests";
import type { ManifestFiles } from "./manifest-files";
import { type PlacedProject, placeProject, type UnmappedDestination } from "./place-project";
import type { Placement } from "./placement";
import type { FileProject, ImageProject, ProjectManifest } from "./project-manifest";
import { readFileProject } from "./read-file-project";
import { readImageProject } from "./read-image-project";
import { warnOfUnmapped } from "./warn-of-unmapped";

/** How much the manifests promise, as written, also where it is invalid. */
export interface ManifestCounts {
  /** A project counts once for images and once for files. */
  readonly projects: number;
  /** Images by project and name. */
  readonly images: number;
  /** Digests by image. */
  readonly digests: number;
  /** Tags by digest. */
  readonly tags: number;
  /** Names by project. */
  readonly files: number;
}

/** All manifests, read and checked. */
export interface ManifestsReading {
  readonly ok: boolean;
  readonly counts: ManifestCounts;
  /** Those of a file together, in its order. */
  readonly problems: readonly Problem[];
  /** Without projects that have errors, and without artifacts that take part in a conflict. */
  readonly promoted: Promoted;
  /** Listed destinations that are not mirrors. Nothing is promoted to them. */
  readonly unmapped: readonly UnmappedDestination[];
}

/**
 * Reads all manifests: every problem at once. The problems of one project never hide another's. Never throws.
 *
 * @param directories as they are shown in problems: in kpromo's layout or our own
 * @param placement what the inventory says. @default nothing is known, so that `promoted` lacks what only the inventory knows
 */
export function readManifests(directories: readonly string[], placement?: Placement): ManifestsReading {
  const found = directories.map(findManifests);
  const manifests = found.flatMap((each) => each.manifests).map(readProject);
  const placed = manifests.map((manifest) => ({ manifest, ...placeProject(manifest, placement ?? nothingKnown) }));
  const allImages = placed.flatMap((each) => placedImages(each));
  const images = findImageConflicts(allImages);
  const files = findFileConflicts(placed.flatMap((each) => placedFiles(each)));
  const pathProblems = new Map(
    placed.map((each) => [each.manifest, findPathProblems(each, placement ?? nothingKnown)]),
  );
  const problems = [
    ...found.flatMap((each) => each.problems),
    ...manifests.flatMap((manifest) => manifest.problems),
    ...(placement === undefined ? [] : placed.flatMap((each) => findUnknownProject(each, placement))),
    // Without a mapping and mirrors' own addresses there is nothing to compare with.
    ...(placement?.destinations.size ? warnOfUnmapped(placed.flatMap(({ unmapped }) => unmapped)) : []),
    ...[...pathProblems.values()].flat(),
    ...images.problems,
    ...findSharedDigests(allImages),
    ...files.problems,
  ];
  const usable = placed.filter(
    ({ manifest, source }) =>
      source !== undefined &&
      !manifest.problems.some(isError) &&
      pathProblems.get(manifest)?.length === 0 &&
      (manifest.destinations !== undefined || placement === undefined || placement.hasProject(manifest.project)),
  );
  return {
    ok: !problems.some(isError),
    counts: countAll(manifests),
    problems,
    promoted: {
      projects: [...new Set(usable.map(({ manifest }) => manifest.project))].sort(),
      images: usable.flatMap((each) => promoteImages(each, images.blocked)),
      files: usable.flatMap((each) => promoteFiles(each, files.blocked)),
      withdrawn: [],
    },
    unmapped: usable.flatMap(({ unmapped }) => unmapped),
  };
}

const nothingKnown: Placement = {
  stagingOf: () => undefined,
  hasProject: () => false,
  imagesAt: (project) => [project],
  filesAt: (project) => project,
  ownerOf: () => undefined,
  destinations: new Map(),
};

function readProject(files: ManifestFiles): ProjectManifest {
  return files.kind === "images" ? readImageProject(files) : readFileProject(files);
}

type Placed<M extends ProjectManifest = ProjectManifest> = PlacedProject & { readonly manifest: M };

function isImages(placed: Placed): placed is Placed<ImageProject> {
  return placed.manifest.kind === "images";
}

function isFiles(placed: Placed): placed is Placed<FileProject> {
  return placed.manifest.kind === "files";
}

/** Prefixes of full names: listed destinations as they are, and paths below the mirrors' roots. */
function prefixesOf({ manifest, placed }: Placed): string[] {
  return [...(manifest.destinations ?? []).map(({ name }) => `${name}/`), ...placed.map(({ prefix }) => prefix)];
}

function placedImages(placed: Placed) {
  if (!isImages(placed)) return [];
  const prefixes = prefixesOf(placed);
  const { project, images } = placed.manifest;
  return images.map(({ name, digests }) => ({
    project,
    name,
    digests,
    repositories: prefixes.map((prefix) => `${prefix}${name}`),
  }));
}

function placedFiles(placed: Placed) {
  if (!isFiles(placed)) return [];
  const { project, files } = placed.manifest;
  return [{ project, files, prefixes: prefixesOf(placed) }];
}

/** Finds artifacts at paths where they may not be. */
function findPathProblems({ manifest, placed }: Placed, placement: Placement): Problem[] {
  const prefixes = placed.map(({ prefix }) => prefix);
  const reserved = manifest.kind === "files" ? findReservedPaths(manifest, prefixes) : [];
  return [...reserved, ...findForeignPaths(manifest, prefixes, placement)];
}

/** A manifest without places of its own needs a project and a staging area in the inventory. */
function findUnknownProject({ manifest, source }: Placed, placement: Placement): Problem[] {
  const { project, kind, destinations } = manifest;
  if (destinations !== undefined) return [];
  const complain = (rule: string, message: string, fix: string) =>
    placeAtFile(manifest.manifest.path, { rule, severity: "error", message, fix });
  const what = kind === "images" ? "registry" : "bucket";
  return [
    ...(placement.hasProject(project)
      ? []
      : [
          complain(
            "manifest/unknown-project",
            `the inventory has no project ${project}`,
            `Add "${project}: { approvers: [USER] }" below promotion.projects in the inventory, with the GitHub users who approve its manifests.`,
          ),
        ]),
    ...(source !== undefined
      ? []
      : [
          complain(
            "manifest/unknown-staging",
            `the inventory has no staging ${what} for ${project}`,
            `Add "${what}: {}" to staging.${project} in the inventory, or list the source and the destinations in this file (docs/promotion-manifests.md).`,
          ),
        ]),
  ];
}

function promoteImages(placed: Placed, blocked: ReadonlySet<unknown>): PromotedImage[] {
  if (!isImages(placed)) return [];
  const { project, images } = placed.manifest;
  return images.flatMap(({ name, digests }) =>
    digests
      .filter((digest) => !blocked.has(digest))
      .flatMap(({ digest, tags, mention }) => {
        const source = `${placed.source}/${name}`;
        const place = mention.manifest.placeOf(mention.path, mention.target);
        return placed.placed.map(({ prefix, destinations }) => ({
          project,
          source,
          repository: `${prefix}${name}`,
          digest,
          tags,
          destinations,
          place,
        }));
      }),
  );
}

function promoteFiles(placed: Placed, blocked: ReadonlySet<unknown>): PromotedFile[] {
  if (!isFiles(placed)) return [];
  const { project, files } = placed.manifest;
  const unique = new Map(files.filter((file) => !blocked.has(file)).map((file) => [file.name, file]));
  return [...unique.values()].flatMap(({ name, sha256, mention }) => {
    const place = mention.manifest.placeOf(mention.path, mention.target);
    return placed.placed.map(({ prefix, destinations }) => ({
      project,
      source: `${placed.source}/`,
      name,
      path: `${prefix}${name}`,
      sha256,
      destinations,
      place,
    }));
  });
}

function countAll(manifests: readonly ProjectManifest[]): ManifestCounts {
  const images = manifests.filter((manifest) => manifest.kind === "images");
  const names = new Map<string, Set<string>>();
  for (const manifest of manifests) {
    if (manifest.kind !== "files") continue;
    names.set(manifest.project, new Set([...(names.get(manifest.project) ?? []), ...manifest.names]));
  }
  const sum = (field: keyof ImageProject["counts"]) => images.reduce((total, { counts }) => total + counts[field], 0);
  return {
    projects: new Set(manifests.map(({ project }) => project)).size,
    images: sum("images"),
    digests: sum("digests"),
    tags: sum("tags"),
    files: [...names.values()].reduce((total, { size }) => total + size, 0),
  };
}
