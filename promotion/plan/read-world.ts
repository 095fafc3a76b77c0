import type { Bucket } from "../../stores/bucket";
import { inParallel } from "../../stores/in-parallel";
import { signedDigest } from "../image/signature-tag";
import type { Promoted, PromotedFile, PromotedImage } from "../promoted";
import { sourceAt } from "../targets/source-at";
import type { BlobTarget, FileTarget, RegistryTarget, Target } from "../targets/target";
import { Patience } from "./patience";
import { placeRecords } from "./place-records";
import { readObjects } from "./read-objects";
import { type Question, readRepository, readSource } from "./read-repository";
import type { RepositoryReader } from "./repository-reader";
import { targetName } from "./target-name";
import { isDestination } from "./wanted-image";
import {
  type Attachments,
  type BlobHoldings,
  type FileHoldings,
  type Reading,
  type RepositoryHoldings,
  type SourceHoldings,
  type TargetHoldings,
  Unread,
  type World,
} from "./world";

/** Opens what a plan reads. */
export interface PlanStores {
  /** A staging repository: `PromotedImage.source`. */
  openSource(source: string): RepositoryReader;
  /** A staging bucket, and the prefix of its objects: `PromotedFile.source`. */
  openSourceBucket(source: string): { readonly bucket: Bucket; readonly prefix: string };
  /** A repository of a mirror. */
  openRepository(target: RegistryTarget, repository: string): RepositoryReader;
}

/** How the world is read. */
export interface WorldOptions {
  readonly promoted: Promoted;
  readonly targets: readonly Target[];
  readonly stores: PlanStores;
  /** Whether to ask the sources for the referrers of each image: one request each. */
  readonly withReferrers: boolean;
  /** Whether to ask the mirrors for the SHA-256 of files whose list does not have it: one request each. @default false */
  readonly withChecksums?: boolean;
  /** @default the clock */
  readonly now?: () => Date;
  /** Is called after each repository or bucket that was read. @default nothing */
  readonly onRead?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** Repositories that are read at the same time, of one store. */
const lanes = 8;

const noOriginBucket = new Unread(
  "the origin has no bucket for records of what donors have copied",
  "Give the origin a bucket in the inventory.",
);

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function hostOf(source: string): string {
  return source.replace(/^[a-z0-9]+:\/\//, "").replace(/\/.*$/, "");
}

class WorldReader {
  readonly #options: WorldOptions;
  readonly #bySource: ReadonlyMap<string, readonly PromotedImage[]>;
  readonly #byRepository: ReadonlyMap<string, readonly PromotedImage[]>;
  readonly #filesBySource: ReadonlyMap<string, readonly PromotedFile[]>;
  readonly #imageSources = new Map<string, Reading<SourceHoldings>>();
  /** What is attached at the origin, and not at the sources, by repository. */
  readonly #attachments = new Map<string, Attachments>();
  #done = 0;
  #of = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { images, files } = options.promoted;
    this.#bySource = groupBy(images, ({ source }) => source);
    this.#byRepository = groupBy(images, ({ repository }) => repository);
    this.#filesBySource = groupBy(files, ({ source }) => source);
  }

  async read(): Promise<World> {
    const { now = () => new Date(), targets } = this.#options;
    const made = now().toISOString();
    const registries = targets.filter(({ kind }) => kind === "registry").length;
    this.#of =
      this.#bySource.size +
      registries * this.#byRepository.size +
      this.#filesBySource.size +
      targets.length -
      registries;
    const fileSources = this.#readFileSources();
    fileSources.catch(() => undefined);
    await this.#readImageSources();
    // The mirrors are asked for what only the origin has, too.
    const origin = targets.find(({ kind, isOrigin }) => kind === "registry" && isOrigin);
    const atOrigin = origin && (await this.#readTarget(origin));
    const holdings = await Promise.all(
      targets.map((target) => (atOrigin && target === origin ? atOrigin : this.#readTarget(target))),
    );
    return { made, imageSources: this.#imageSources, fileSources: await fileSources, targets: holdings };
  }

  async #readImageSources(): Promise<void> {
    const { stores, withReferrers, signal } = this.#options;
    const hosts = groupBy([...this.#bySource], ([source]) => hostOf(source));
    const reads = Array.from(hosts.values(), async (sources) => {
      const patience = new Patience();
      await inParallel(sources, lanes, async ([source, images]) => {
        const question = { ...askFor(images), withReferrers, signal };
        this.#imageSources.set(source, await patience.read(() => readSource(stores.openSource(source), question)));
        this.#count();
      });
    });
    await Promise.all(reads);
  }

  async #readFileSources(): Promise<Map<string, Reading<FileHoldings>>> {
    const { stores, signal } = this.#options;
    const found = new Map<string, Reading<FileHoldings>>();
    await inParallel([...this.#filesBySource], lanes, async ([source, files]) => {
      const reading = await new Patience().read(async () => {
        const { bucket, prefix } = stores.openSourceBucket(source);
        const keys = [...new Set(files.map(({ name }) => `${prefix}${name}`))];
        const objects = await readObjects(bucket, keys, { signal });
        return new Map(Array.from(objects, ([key, object]) => [key.slice(prefix.length), object]));
      });
      found.set(source, reading);
      this.#count();
    });
    return found;
  }

  async #readTarget(target: Target): Promise<TargetHoldings> {
    const { mirror, isOrigin, filling } = target;
    const base = { name: targetName(target), mirror, isOrigin, filling };
    switch (target.kind) {
      case "registry":
        return {
          ...base,
          kind: "registry",
          sourceOf: (repository) => sourceAt(target, repository),
          repositories: await this.#readRegistry(target),
          ...(isOrigin && { attachments: this.#attachments }),
        };
      case "blobs":
        return { ...base, kind: "blobs", complete: await this.#readRecords(target) };
      case "files":
        return {
          ...base,
          kind: "files",
          sourceOf: (path) => sourceAt(target, path),
          files: await this.#readFiles(target),
        };
    }
  }

  async #readRegistry(target: RegistryTarget): Promise<Map<string, Reading<RepositoryHoldings>>> {
    const found = new Map<string, Reading<RepositoryHoldings>>();
    const patience = new Patience();
    await inParallel([...this.#byRepository], lanes, async ([repository, entries]) => {
      const images = entries.filter(({ destinations }) => isDestination(destinations, target.mirror));
      if (images.length > 0) found.set(repository, await this.#readRepository(target, repository, images, patience));
      this.#count();
    });
    return found;
  }

  #readRepository(
    target: RegistryTarget,
    repository: string,
    images: readonly PromotedImage[],
    patience: Patience,
  ): Promise<Reading<RepositoryHoldings>> | Unread {
    if (target.repositories && !target.repositories.includes(repository)) {
      const reason = `the registry has no repository ${repository}, and a push does not create it`;
      return new Unread(
        reason,
        `Add ${repository} to the repositories of ${target.mirror}'s registry in the inventory.`,
      );
    }
    const { stores, signal } = this.#options;
    const question = { ...this.#extend(askFor(images), images), signal };
    return patience.read(() => {
      const reader = stores.openRepository(target, repository);
      return target.isOrigin ? this.#readOrigin(reader, images, question) : readRepository(reader, question);
    });
  }

  /**
   * Reads the origin's repository with what is attached there. What it has of all releases is much, so the children and referrers of its
   * images are read only if referrers are asked for, and only of images that the sources do not have any more.
   */
  async #readOrigin(
    reader: RepositoryReader,
    images: readonly PromotedImage[],
    question: Question,
  ): Promise<RepositoryHoldings> {
    const { withReferrers } = this.#options;
    const sources = this.#sourcesOf(images);
    const isStaged = ({ digest }: PromotedImage) => sources.some(({ digests }) => digests.has(digest));
    const gone = withReferrers ? images.filter((image) => !isStaged(image)) : [];
    const subjects = new Set(gone.map(({ digest }) => digest));
    const held = await readSource(reader, { ...question, withReferrers, subjects });
    const tags = [...held.tags].filter(
      ([tag]) => signedDigest(tag) !== undefined && !sources.some((source) => source.tags.has(tag)),
    );
    const parents = new Map([...sources.flatMap((source) => [...source.parents]), ...held.parents]);
    if (tags.length + held.referrers.size > 0) {
      const [{ repository } = { repository: "" }] = images;
      this.#attachments.set(repository, { tags: new Map(tags), referrers: held.referrers, parents });
    }
    return { digests: new Set([...held.digests, ...[...held.referrers.values()].flat()]), tags: held.tags };
  }

  /** What the staging repositories of images hold, as far as they could be read. */
  #sourcesOf(images: readonly PromotedImage[]): SourceHoldings[] {
    return [...new Set(images.map(({ source }) => source))].flatMap((source) => {
      const holdings = this.#imageSources.get(source);
      return holdings && !(holdings instanceof Unread) ? [holdings] : [];
    });
  }

  /** Adds what is attached to the images at their sources, and at the origin. */
  #extend({ digests, tags }: Question, images: readonly PromotedImage[]): Question {
    const wanted = { digests: new Set(digests), tags: new Set(tags) };
    const listedOnly = { digests: new Set<string>(), tags: new Set<string>() };
    const repositories = [...new Set(images.map(({ repository }) => repository))];
    const atOrigin = repositories.flatMap((repository) => this.#attachments.get(repository) ?? []);
    for (const holdings of [...this.#sourcesOf(images), ...atOrigin]) {
      const isOurs = (subject: string) =>
        digests.has(subject) || holdings.parents.get(subject)?.some((parent) => digests.has(parent)) === true;
      for (const [tag, digest] of holdings.tags) {
        const subject = signedDigest(tag);
        if (subject === undefined) continue;
        // What is signed, not promised and no known child may be a child of what the source has lost.
        (isOurs(subject) ? wanted : listedOnly).tags.add(tag);
        for (const each of [subject, digest]) listedOnly.digests.add(each);
      }
      for (const [subject, referrers] of holdings.referrers) {
        if (isOurs(subject)) for (const referrer of referrers) wanted.digests.add(referrer);
      }
    }
    return { ...wanted, listedOnly };
  }

  /** Reads which images have a completion record. */
  async #readRecords(target: BlobTarget): Promise<BlobHoldings["complete"]> {
    const { mirror } = target;
    const { bucket, keyOf } = placeRecords(target, this.#options.targets);
    if (!bucket) return noOriginBucket;
    const images = this.#options.promoted.images.filter(({ destinations }) => isDestination(destinations, mirror));
    const { digests, listedOnly } = this.#extend(askFor(images), images);
    const wanted = new Set([...digests, ...(listedOnly?.digests ?? [])]);
    const byKey = new Map(Array.from(wanted, (digest) => [keyOf(digest), digest]));
    const reading = await new Patience().read(async () => {
      const records = await readObjects(bucket, [...byKey.keys()], { signal: this.#options.signal });
      return new Set(Array.from(records.keys(), (key) => byKey.get(key) ?? key));
    });
    this.#count();
    return reading;
  }

  async #readFiles(target: FileTarget): Promise<Reading<FileHoldings>> {
    const { promoted, withChecksums, signal } = this.#options;
    const files = promoted.files.filter(({ destinations }) => isDestination(destinations, target.mirror));
    const paths = new Map(files.map(({ path }) => [target.keyOf(path), path]));
    const reading = await new Patience().read(async () => {
      const objects = await readObjects(target.bucket, [...paths.keys()], { withChecksums, signal });
      return new Map(Array.from(objects, ([key, object]) => [paths.get(key) ?? key, object]));
    });
    this.#count();
    return reading;
  }

  #count(): void {
    this.#options.signal?.throwIfAborted();
    this.#options.onRead?.(++this.#done, this.#of);
  }
}

function askFor(images: readonly PromotedImage[]): Question {
  return {
    digests: new Set(images.map(({ digest }) => digest)),
    tags: new Set(images.flatMap(({ tags }) => tags)),
  };
}

/**
 * Asks all sources and targets what they hold, of what is promised. A store that fails is noted; after three failures in a row it is
 * asked nothing more.
 *
 * @throws the reason of the signal
 */
export function readWorld(options: WorldOptions): Promise<World> {
  return new WorldReader(options).read();
}
