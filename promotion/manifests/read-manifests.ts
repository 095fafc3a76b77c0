import { isError, type Problem, placeAtFile } from "../../document/problem";
import type { Promoted, PromotedFile, PromotedImage } from "../promoted";
import { findFileConflicts } from "./find-file-conflicts";
import { findForeignPaths, listEntries } from "./find-foreign-paths";
import { findImageConflicts } from "./find-image-conflicts";
import { findManifests } from "./find-manifests";
import { findMentions } from "./find-mentions";
import { findReservedPaths } from "./find-reserved-paths";
import { findSharedDigests } from "./find-shared-digests";
import { findStillPromised } from "./find-still-promised";
import { listWithdrawn } from "./list-withdrawn";
import type { FoundManifests, ManifestFiles } from "./manifest-files";
import type { ManifestMemory } from "./manifest-memory";
import type { Mentions } from "./mentions";
import { type PlacedProject, placeProject, type UnmappedDestination } from "./place-project";
import type { Placement } from "./placement";
import type { FileProject, ImageProject, ProjectManifest } from "./project-manifest";
import { readFileProject } from "./read-file-project";
import { readImageProject } from "./read-image-project";
import { readWithdrawn } from "./read-withdrawn";
import { warnOfUnmapped } from "./warn-of-unmapped";
import type { WithdrawnManifest } from "./withdrawn-manifest";

/** How much the manifests promise, as written, also where it is invalid. */
export interface ManifestCounts {
  /** In kpromo's layout, images and files of one name are two projects; in our own, a folder is one. */
  readonly projects: number;
  /** Images by project and name. */
  readonly images: number;
  /** Digests by image. */
  readonly digests: number;
  /** Tags by digest. */
  readonly tags: number;
  /** Names by project. */
  readonly files: number;
  /** Entries of `withdrawn.yaml`. */
  readonly withdrawn: number;
}

/** All manifests, read and checked. */
export interface ManifestsReading {
  readonly ok: boolean;
  readonly counts: ManifestCounts;
  /** All that have a manifest, sorted. */
  readonly projects: readonly string[];
  /** Those of a file together, in its order. */
  readonly problems: readonly Problem[];
  /** Without projects that have errors, and without artifacts that take part in a conflict. */
  readonly promoted: Promoted;
  readonly mentions: Mentions;
  /** Listed destinations that are not mirrors. Nothing is promoted to them. */
  readonly unmapped: readonly UnmappedDestination[];
}

/** How manifests are read that are read twice: today's, and those of a commit. */
export interface ReadingMemory {
  /** Is given every manifest. @default nothing is remembered */
  readonly remember?: ManifestMemory | undefined;
  /** Manifests that need not be parsed again. @default none */
  readonly known?: ManifestMemory | undefined;
}

/**
 * Reads all manifests: every problem at once. The problems of one project never hide another's. Never throws.
 *
 * @param directories as they are shown in problems: in kpromo's layout or our own
 * @param placement what the inventory says. @default nothing is known, so that `promoted` lacks what only the inventory knows
 */
export function readManifests(
  directories: readonly string[],
  placement?: Placement,
  { remember, known }: ReadingMemory = {},
): ManifestsReading {
  const readOrRecall = (files: ManifestFiles) => {
    const manifest = known?.recall(files) ?? readProject(files);
    remember?.remember(files, manifest);
    return manifest;
  };
  const found = directories.map(findManifests);
  const read = found.map((each) => ({
    placed: each.manifests.map((files) => place(readOrRecall(files), placement ?? nothingKnown)),
    withdrawn: each.withdrawn.map(readWithdrawn),
  }));
  const placed = read.flatMap((each) => each.placed);
  const manifests = placed.map(({ manifest }) => manifest);
  const withdrawals = read.flatMap((each) =>
    each.withdrawn.map((manifest) => placeWithdrawn(manifest, each.placed, placement ?? nothingKnown)),
  );
  const allImages = placed.flatMap((each) => placedImages(each));
  const images = findImageConflicts(allImages);
  const allFiles = placed.flatMap((each) => placedFiles(each));
  const files = findFileConflicts(allFiles);
  const stillPromised = findStillPromised(withdrawals.map(prefixesOfWithdrawn), allImages, allFiles);
  const withdrawnProblems = new Map(withdrawals.map((each) => [each.manifest, findWithdrawnProblems(each, placement)]));
  const pathProblems = new Map(
    placed.map((each) => [each.manifest, findPathProblems(each, placement ?? nothingKnown)]),
  );
  const problems = [
    ...found.flatMap((each) => each.problems),
    ...manifests.flatMap((manifest) => manifest.problems),
    ...withdrawals.flatMap(({ manifest }) => [...manifest.problems, ...(withdrawnProblems.get(manifest) ?? [])]),
    ...(placement === undefined ? [] : placed.flatMap((each) => findUnknownProject(each, placement))),
    // Without a mapping and mirrors' own addresses there is nothing to compare with.
    ...(placement?.destinations.size ? warnOfUnmapped(placed.flatMap(({ unmapped }) => unmapped)) : []),
    ...[...pathProblems.values()].flat(),
    ...images.problems,
    ...findSharedDigests(allImages),
    ...files.problems,
    ...stillPromised.problems,
  ];
  const broken = new Set(
    withdrawals
      .filter(({ manifest }) => [...manifest.problems, ...(withdrawnProblems.get(manifest) ?? [])].some(isError))
      .map(({ manifest }) => manifest.project),
  );
  const usable = placed.filter(
    ({ manifest, source }) =>
      source !== undefined &&
      !manifest.problems.some(isError) &&
      !broken.has(manifest.project) &&
      pathProblems.get(manifest)?.length === 0 &&
      (manifest.destinations !== undefined || placement === undefined || placement.hasProject(manifest.project)),
  );
  return {
    ok: !problems.some(isError),
    counts: {
      projects: countProjects(found),
      ...countArtifacts(manifests),
      withdrawn: withdrawals.reduce((sum, { manifest }) => sum + manifest.count, 0),
    },
    projects: [...new Set(manifests.map(({ project }) => project))].sort(),
    problems,
    promoted: {
      projects: [...new Set(usable.map(({ manifest }) => manifest.project))].sort(),
      images: usable.flatMap((each) => promoteImages(each, images.blocked)),
      files: usable.flatMap((each) => promoteFiles(each, files.blocked)),
      withdrawn: withdrawals.flatMap(({ manifest, images: imagePlace, files: filePlace }) =>
        broken.has(manifest.project)
          ? []
          : listWithdrawn(manifest, { images: imagePlace.placed, files: filePlace.placed }, stillPromised.blocked),
      ),
    },
    mentions: findMentions({
      projects: placed,
      withdrawn: withdrawals.map(({ manifest }) => manifest),
      layoutProblems: found.flatMap((each) => each.problems),
    }),
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

function place(manifest: ProjectManifest, placement: Placement): Placed {
  return { manifest, ...placeProject(manifest, placement) };
}

/** A `withdrawn.yaml`, and where the artifacts of its project go. */
interface PlacedWithdrawn {
  readonly manifest: WithdrawnManifest;
  readonly images: Pick<Placed, "placed"> & { readonly prefixes: readonly string[] };
  readonly files: Pick<Placed, "placed"> & { readonly prefixes: readonly string[] };
  /** Whether the project has no other manifest in its directory: everything was withdrawn. */
  readonly isAlone: boolean;
}

/** Places what is withdrawn where the project's manifests in the same directory put it, or where the inventory does. */
function placeWithdrawn(manifest: WithdrawnManifest, beside: readonly Placed[], placement: Placement): PlacedWithdrawn {
  const { project } = manifest;
  const own = beside.filter((each) => each.manifest.project === project);
  const placeOf = (kind: "images" | "files") => {
    const known = own.find((each) => each.manifest.kind === kind);
    if (known) return { placed: known.placed, prefixes: prefixesOf(known) };
    const { placed } = placeProject({ kind, project }, placement);
    return { placed, prefixes: placed.map(({ prefix }) => prefix) };
  };
  return { manifest, images: placeOf("images"), files: placeOf("files"), isAlone: own.length === 0 };
}

function prefixesOfWithdrawn({ manifest, images, files }: PlacedWithdrawn) {
  return { manifest, imagePrefixes: images.prefixes, filePrefixes: files.prefixes };
}

/** A project withdraws only what is at its own paths. */
function findWithdrawnProblems(
  { manifest, images, files, isAlone }: PlacedWithdrawn,
  placement: Placement = nothingKnown,
): Problem[] {
  const { project } = manifest;
  const pathsOf = ({ placed }: PlacedWithdrawn["images"]) => placed.map(({ prefix }) => prefix);
  const isUnknown = placement !== nothingKnown && isAlone && !placement.hasProject(project);
  return [
    ...(isUnknown ? [describeUnknownProject(project, manifest.manifest.path)] : []),
    ...findForeignPaths({ kind: "images", project, entries: manifest.images, prefixes: pathsOf(images) }, placement),
    ...findForeignPaths({ kind: "files", project, entries: manifest.files, prefixes: pathsOf(files) }, placement),
  ];
}

function describeUnknownProject(project: string, path: string): Problem {
  return placeAtFile(path, {
    rule: "manifest/unknown-project",
    severity: "error",
    message: `the inventory has no project ${project}`,
    fix: `Add "${project}: { approvers: [USER] }" below promotion.projects in the inventory, with the GitHub users who approve its manifests.`,
  });
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
  const { kind, project } = manifest;
  return [...reserved, ...findForeignPaths({ kind, project, entries: listEntries(manifest), prefixes }, placement)];
}

/** A manifest without places of its own needs a project and a staging area in the inventory. One that cannot be read may have places. */
function findUnknownProject({ manifest, source }: Placed, placement: Placement): Problem[] {
  const { project, kind, destinations, isReadable, problems } = manifest;
  if (destinations !== undefined || !isReadable || problems.some(({ rule }) => rule === "file/empty")) return [];
  const complain = (rule: string, message: string, fix: string) =>
    placeAtFile(manifest.manifest.path, { rule, severity: "error", message, fix });
  const what = kind === "images" ? "registry" : "bucket";
  return [
    ...(placement.hasProject(project) ? [] : [describeUnknownProject(project, manifest.manifest.path)]),
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

function countProjects(found: readonly FoundManifests[]): number {
  const nameOf = ({ kind, project }: { readonly kind: string; readonly project: string }) => `${kind}/${project}`;
  const keys = found.flatMap(({ manifests, withdrawn }) => [
    ...manifests.map((files) => (isOfKpromo(files) ? nameOf(files) : files.project)),
    ...withdrawn.map((files) => (files.kind === "both" ? files.project : nameOf(files))),
  ]);
  return new Set(keys).size;
}

/** In kpromo's layout, every project has a file with its places. */
function isOfKpromo(files: ManifestFiles): boolean {
  return (files.kind === "images" ? files.registries : files.filestores) !== undefined;
}

function countArtifacts(manifests: readonly ProjectManifest[]): Omit<ManifestCounts, "projects" | "withdrawn"> {
  const images = manifests.filter((manifest) => manifest.kind === "images");
  const names = new Map<string, Set<string>>();
  for (const manifest of manifests) {
    if (manifest.kind !== "files") continue;
    names.set(manifest.project, new Set([...(names.get(manifest.project) ?? []), ...manifest.names]));
  }
  const sum = (field: keyof ImageProject["counts"]) => images.reduce((total, { counts }) => total + counts[field], 0);
  return {
    images: sum("images"),
    digests: sum("digests"),
    tags: sum("tags"),
    files: [...names.values()].reduce((total, { size }) => total + size, 0),
  };
}
