import type { Ledger, LedgerFile, LedgerImage } from "../ledger/ledger";
import { joinDestinations, mergeEntries } from "../plan/wanted-image";
import type { Promoted, PromotedFile, PromotedImage, Withdrawn } from "../promoted";
import { RepositoryImages } from "../withdrawal/find-owners";
import type { ExpectedArtifacts, ExpectedFile, ExpectedImage, WithdrawnArtifact } from "./expected-artifacts";
import type { ReadImages } from "./read-images";

/** Reads what images of a repository consist of. */
export type ReadClosures = (images: readonly PromotedImage[]) => Promise<ReadImages>;

/**
 * Finds what mirrors should hold: what the ledger says was promoted, and what manifests promise of projects that the ledger does not cover. Of
 * the others, what the ledger does not have was not promoted yet, so nothing is expected of it.
 *
 * @param ledger undefined: everything that manifests promise is expected
 * @throws what `readClosures` throws
 */
export async function findExpected(
  promoted: Promoted,
  ledger: Ledger | undefined,
  readClosures: ReadClosures,
): Promise<ExpectedArtifacts> {
  const finder = new ExpectedFinder(promoted, ledger);
  const read = await readClosures(finder.unread);
  return finder.finish(read);
}

class ExpectedFinder {
  /** Images whose parts only a registry knows. */
  readonly unread: readonly PromotedImage[];
  readonly #ledger: Ledger | undefined;
  readonly #promised: ReadonlyMap<string, PromotedImage>;
  readonly #promisedFiles: ReadonlyMap<string, PromotedFile>;
  readonly #known: ReadonlyMap<string, LedgerImage>;
  readonly #repositories: RepositoryImages;
  readonly #knownFiles: ReadonlyMap<string, LedgerFile>;
  readonly #withdrawals: readonly Withdrawn[];
  /** Names of what manifests withdraw. */
  readonly #withdrawn: ReadonlySet<string>;
  readonly #covered: ReadonlySet<string>;

  constructor(promoted: Promoted, ledger: Ledger | undefined) {
    this.#ledger = ledger;
    this.#promised = mergeImages(promoted.images);
    this.#promisedFiles = new Map(promoted.files.map((file) => [file.path, file]));
    this.#known = new Map((ledger?.images ?? []).map((image) => [imageName(image), image]));
    this.#repositories = new RepositoryImages(ledger?.images ?? []);
    this.#knownFiles = new Map((ledger?.files ?? []).map((file) => [file.path, file]));
    this.#withdrawals = promoted.withdrawn;
    this.#withdrawn = new Set(promoted.withdrawn.flatMap(namesOf));
    this.#covered = new Set(ledger?.covered ?? []);
    this.unread = [...this.#promised].flatMap(([name, image]) =>
      this.#known.has(name) || this.#covered.has(image.project) ? [] : [image],
    );
  }

  finish({ images, sizes, failures }: ReadImages): ExpectedArtifacts {
    const pendingImages = [...this.#promised].filter(([name, image]) => this.#isPendingImage(name, image));
    const pendingFiles = [...this.#promisedFiles.values()].filter((file) => this.#isPendingFile(file));
    const pendingTags = this.#listPendingTags();
    const known = [...this.#known.values()].filter((image) => !this.#isWithdrawn(image));
    const names = new Set([...known, ...images].map(imageName));
    // What is attached may be known to the ledger, too.
    const read = images.filter((image) => !this.#known.has(imageName(image)));
    return {
      images: [...known.map((image) => this.#expect(image, pendingTags)), ...read],
      files: this.#listFiles(),
      pending: [
        ...pendingImages.map(([name]) => name).filter((name) => !names.has(name)),
        ...pendingTags,
        ...pendingFiles.map(({ path }) => path),
      ],
      pendingArtifacts: pendingImages.length + pendingFiles.length,
      withdrawn: [...this.#listWithdrawn()],
      sizes,
      unclear: failures,
    };
  }

  #isPendingImage(name: string, { project }: PromotedImage): boolean {
    return this.#covered.has(project) && !this.#known.has(name);
  }

  #isPendingFile({ project, path, sha256 }: PromotedFile): boolean {
    const known = this.#knownFiles.get(path);
    return known === undefined ? this.#covered.has(project) : known.sha256 !== sha256;
  }

  /** Tags that a run has not set yet, or not moved yet. */
  #listPendingTags(): ReadonlySet<string> {
    const pending = new Set<string>();
    for (const [name, { project, repository, tags }] of this.#promised) {
      const known = this.#known.get(name);
      if (!known && !this.#covered.has(project)) continue;
      for (const tag of tags) if (known?.tags.includes(tag) !== true) pending.add(`${repository}:${tag}`);
    }
    return pending;
  }

  #isWithdrawn(image: LedgerImage): boolean {
    const { repository, withdrawn, attachedTo } = image;
    if (withdrawn !== undefined || this.#withdrawn.has(imageName(image))) return true;
    if (attachedTo === undefined) return false;
    const owners = this.#repositories.findOwners(image);
    return owners.length === 0
      ? this.#withdrawn.has(`${repository}@${attachedTo}`)
      : owners.every((owner) => this.#isWithdrawn(owner));
  }

  #expect(image: LedgerImage, pendingTags: ReadonlySet<string>): ExpectedImage {
    const { project, repository, digest, attachedTo, manifests, blobs, destinations, withdrawnTags = {} } = image;
    const promised = this.#promised.get(imageName(image));
    const known = destinations ?? "all";
    const isExpected = (tag: string) =>
      !Object.hasOwn(withdrawnTags, tag) &&
      !this.#withdrawn.has(`${repository}:${tag}`) &&
      !pendingTags.has(`${repository}:${tag}`);
    return {
      project,
      repository,
      digest,
      ...(attachedTo !== undefined && { attachedTo }),
      tags: image.tags.filter(isExpected),
      destinations: promised ? promised.destinations : known,
      manifests,
      blobs,
    };
  }

  #listFiles(): ExpectedFile[] {
    const known = [...this.#knownFiles.values()].filter(
      ({ path, withdrawn }) => withdrawn === undefined && !this.#withdrawn.has(path),
    );
    const files = [...known, ...this.#promisedFiles.values()].filter(({ path }) => {
      const promised = this.#promisedFiles.get(path);
      return !promised || !this.#isPendingFile(promised);
    });
    const byPath = new Map(
      files.map(({ project, path, sha256, destinations = "all" }) => [path, { project, path, sha256, destinations }]),
    );
    return [...byPath.values()];
  }

  *#listWithdrawn(): Generator<WithdrawnArtifact> {
    for (const image of this.#known.values()) {
      const { repository, withdrawn, withdrawnTags = {} } = image;
      const names = partNames(image);
      if (withdrawn) yield { names, hiddenAt: (target) => !withdrawn.removedFrom.includes(target) };
      else if (this.#isWithdrawn(image)) yield { names, hiddenAt: () => true };
      for (const [tag, { removedFrom }] of Object.entries(withdrawnTags)) {
        yield { names: [`${repository}:${tag}`], hiddenAt: (target) => !removedFrom.includes(target) };
      }
    }
    for (const { path, withdrawn } of this.#knownFiles.values()) {
      if (withdrawn) yield { names: [path], hiddenAt: (target) => !withdrawn.removedFrom.includes(target) };
      else if (this.#withdrawn.has(path)) yield { names: [path], hiddenAt: () => true };
    }
    yield* this.#listForgotten();
  }

  /** What manifests withdraw, and the ledger does not have any more: it was removed everywhere, or there is no ledger. */
  *#listForgotten(): Generator<WithdrawnArtifact> {
    for (const entry of this.#withdrawals) {
      const names = namesOf(entry).filter((name) => !this.#known.has(name) && !this.#knownFiles.has(name));
      const isKnownTag = (name: string) =>
        entry.kind === "image" &&
        [...this.#known.values()].some(
          ({ repository, tags }) =>
            repository === entry.repository && tags.some((tag) => `${repository}:${tag}` === name),
        );
      const forgotten = names.filter((name) => !isKnownTag(name));
      if (forgotten.length > 0) yield { names: forgotten, hiddenAt: () => this.#ledger === undefined };
      const waiting = names.filter(isKnownTag);
      if (waiting.length > 0) yield { names: waiting, hiddenAt: () => true };
    }
  }
}

function imageName({ repository, digest }: { readonly repository: string; readonly digest: string }): string {
  return `${repository}@${digest}`;
}

function namesOf(entry: Withdrawn): string[] {
  if (entry.kind === "file") return [entry.path];
  const { repository, digest, tags } = entry;
  return [...(digest === undefined ? [] : [`${repository}@${digest}`]), ...tags.map((tag) => `${repository}:${tag}`)];
}

/** All names that belong to an image, at registries and buckets. */
function partNames({ repository, digest, tags, manifests, blobs }: LedgerImage): string[] {
  return [
    ...[digest, ...manifests, ...blobs].map((each) => `${repository}@${each}`),
    ...tags.map((tag) => `${repository}:${tag}`),
    ...blobs,
  ];
}

/** Each digest of a repository once, with the tags and destinations of all its entries. */
function mergeImages(images: readonly PromotedImage[]): ReadonlyMap<string, PromotedImage> {
  const repositories = new Map<string, PromotedImage[]>();
  for (const image of images) {
    const group = repositories.get(image.repository);
    if (group) group.push(image);
    else repositories.set(image.repository, [image]);
  }
  const merged = new Map<string, PromotedImage>();
  for (const group of repositories.values()) {
    for (const { image, tags, destinations } of mergeEntries(group).values()) {
      const known = merged.get(imageName(image));
      const joined = known ? joinDestinations(known.destinations, destinations) : destinations;
      merged.set(imageName(image), { ...image, tags, destinations: joined });
    }
  }
  return merged;
}
