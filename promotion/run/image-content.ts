import { inParallel } from "../../stores/in-parallel";
import type { Content } from "../../stores/registry/content";
import type { BlobRepository } from "../image/blob-repository";
import { parseManifest } from "../image/parse-manifest";
import { type ClosureManifest, type ImageClosure, readClosure } from "../image/read-closure";
import { groupSignatureTags } from "../image/signature-tag";
import type { ImagePlan } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { BlobTarget, RegistryTarget, Target } from "../targets/target";
import { BlobCopier, type BlobJob, type BlobOutcome, placeName } from "./blob-copier";
import { contentsOf, type ImageWork } from "./image-work";
import { openImageSource } from "./open-source";
import { requireAllowedImage } from "./require-allowed";
import { type RunContext, requestLanes } from "./run-context";
import type { SourceRepository } from "./run-repositories";

/** Images whose manifests are in memory at the same time. A blob that images of two batches share is mounted for the second. */
const batchSize = 200;
/** Bytes of manifests after which a batch takes no more images. The usual ones have a few kilobytes, the largest megabytes. */
const mostDocuments = 32 * 1024 * 1024;
/** The largest manifest that is kept for its tags, in bytes: others are read again at the mirror. */
const longestKept = 64 * 1024;
/** Images that are read at the same time, with several requests each. */
const readLanes = 8;
/** Manifests of one image that are looked for or put at the same time, at one target. */
const imageLanes = 8;

interface ReadImage {
  readonly work: ImageWork;
  readonly closure: ImageClosure;
  readonly source: SourceRepository;
}

/** One target of an image, and what it lacks. */
interface Gap extends ReadImage {
  readonly target: RegistryTarget | BlobTarget;
  /** Manifests that a registry lacks. */
  readonly absent: ReadonlySet<string>;
  /** Tags of signatures that a registry lacks. */
  readonly absentTags: readonly string[];
}

/** The tags of a staging repository, and those of cosign by the digest that they belong to. */
interface SourceTags {
  readonly tags: ReadonlySet<string>;
  readonly signatureTags: ReadonlyMap<string, readonly string[]>;
}

type Outcomes = ReadonlyMap<string, ReadonlyMap<string, BlobOutcome>>;

/**
 * Brings blobs, manifests and what is attached to them to the targets that the run writes to. No tag of a release is set. A manifest
 * is put only after everything that it refers to is there, verified. Others may have left a manifest without its blobs, so those are
 * looked for wherever a manifest or a tag is to be set.
 */
export class ImageContentRun {
  readonly #context: RunContext;
  readonly #keep: (work: ImageWork, closure: ImageClosure) => void;
  readonly #copier: BlobCopier;
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #sourceTags = new Map<string, Promise<SourceTags>>();
  /** Two images of a repository may share a child: it is put once. By place and digest. */
  readonly #puts = new Map<string, Promise<void>>();

  /** @param keep is called with what each image consists of. @default nothing is kept */
  constructor(context: RunContext, keep: (work: ImageWork, closure: ImageClosure) => void = () => {}) {
    this.#context = context;
    this.#keep = keep;
    this.#copier = new BlobCopier(context);
    this.#targets = new Map(context.targets.map((target) => [targetName(target), target]));
  }

  /** Failures are in the records. @throws the reason of the signal */
  async run(works: readonly ImageWork[]): Promise<void> {
    const wanted = works.filter(({ plan, contents }) => !contents && plan.missing.some(isContentWanted));
    for (let rest = wanted; rest.length > 0; ) {
      const unread = await this.#runBatch(rest.slice(0, batchSize));
      rest = [...unread, ...rest.slice(batchSize)];
    }
  }

  /** @returns the images for whose manifests there was no room */
  async #runBatch(works: readonly ImageWork[]): Promise<readonly ImageWork[]> {
    const unread: ImageWork[] = [];
    let documents = 0;
    const readNext = async (work: ImageWork) => {
      if (documents > mostDocuments) {
        unread.push(work);
        return [];
      }
      const images = await this.#read(work);
      for (const { closure } of images) documents += closure.documentBytes;
      return images;
    };
    const read = (await inParallel(works, readLanes, readNext)).flat();
    const pairs = read.flatMap((image) => this.#writtenTargets(image).map((target) => ({ image, target })));
    const gaps = (await inParallel(pairs, requestLanes, ({ image, target }) => this.#findGap(image, target))).flat();
    const outcomes = new Map<string, ReadonlyMap<string, BlobOutcome>>();
    await inParallel(collectJobs(gaps), this.#context.lanes, async (job) => {
      outcomes.set(job.blob.digest, await this.#copier.copy(job));
    });
    await inParallel(gaps, requestLanes, (gap) => this.#fill(gap, outcomes));
    this.#puts.clear();
    return unread;
  }

  /** @returns nothing if it cannot be read */
  async #read(work: ImageWork): Promise<ReadImage[]> {
    const { plan, record } = work;
    try {
      const source = openImageSource(plan, this.#context);
      const tags = await this.#readSourceTags(plan.source, source);
      const closure = await readClosure(plan.digest, { repository: source, ...tags });
      await requireAllowedImage(plan, closure, source, this.#context);
      record.bytes = closure.bytes;
      const content = manifestOf(closure, plan.digest)?.content;
      if (content && content.bytes.length <= longestKept) work.manifest = content;
      if (plan.missing.some(({ target }) => this.#isKept(target))) {
        work.contents = contentsOf(closure);
      }
      this.#keep(work, closure);
      return [{ work, closure, source }];
    } catch (error) {
      this.#context.signal.throwIfAborted();
      record.failEverywhere(error);
      return [];
    }
  }

  #isKept(name: string): boolean {
    const target = this.#targets.get(name);
    return target !== undefined && (target.filling !== "run" || target.kind === "blobs");
  }

  /** The tags of a staging repository, read once; those that the plan listed, if the source keeps them. */
  #readSourceTags(name: string, source: SourceRepository): Promise<SourceTags> {
    const read = async () => {
      const tags = new Set<string>();
      for await (const page of source.tags(this.#context.signal)) for (const tag of page) tags.add(tag);
      return { tags, signatureTags: groupSignatureTags(tags) };
    };
    const known = this.#sourceTags.get(name) ?? read();
    this.#sourceTags.set(name, known);
    return known;
  }

  #writtenTargets({ work }: ReadImage): (RegistryTarget | BlobTarget)[] {
    return work.plan.missing.filter(isContentWanted).flatMap(({ target: name }) => {
      const target = this.#targets.get(name);
      return target?.filling === "run" && target.kind !== "files" ? [target] : [];
    });
  }

  async #findGap(image: ReadImage, target: RegistryTarget | BlobTarget): Promise<Gap[]> {
    if (target.kind === "blobs") return [{ ...image, target, absent: new Set(), absentTags: [] }];
    const { plan, record } = image.work;
    const name = targetName(target);
    const repository = this.#context.openTarget(target, plan.repository);
    try {
      const lacks = async (reference: string) =>
        (await this.#context.health.watch(name, () => repository.headManifest(reference, this.#context.signal))) ===
        undefined;
      // What has other bytes is put again.
      const absent = new Set(damagedAt(plan, target));
      await inParallel(image.closure.manifests, imageLanes, async ({ content }) => {
        if (await lacks(content.digest)) absent.add(content.digest);
      });
      if (absent.has(plan.digest)) for (const digest of await this.#findUnlisted(image, target)) absent.add(digest);
      const absentTags: string[] = [];
      for (const tag of image.closure.signatureTags.keys()) if (await lacks(tag)) absentTags.push(tag);
      return [{ ...image, target, absent, absentTags }];
    } catch (error) {
      this.#context.signal.throwIfAborted();
      record.noteFailure(name, error);
      return [];
    }
  }

  /**
   * The referrers that are there, but are not listed: without the API, a list is written after the manifest, and a killed run may not
   * have come to that.
   */
  async #findUnlisted({ work, closure }: ReadImage, target: RegistryTarget): Promise<string[]> {
    const repository = this.#context.openTarget(target, work.plan.repository);
    const unlisted: string[] = [];
    for (const { content } of closure.manifests) {
      const { subject } = parseManifest(content, repository.name);
      if (subject === undefined) continue;
      const listed = await this.#context.health.watch(targetName(target), () =>
        repository.referrers(subject, this.#context.signal),
      );
      if (!listed.some(({ digest }) => digest === content.digest)) unlisted.push(content.digest);
    }
    return unlisted;
  }

  async #fill(gap: Gap, outcomes: Outcomes): Promise<void> {
    const { work, target } = gap;
    try {
      if (target.kind === "blobs") this.#noteBlobs(gap, gap.closure.blobs.keys(), outcomes);
      else await this.#putManifests(gap, target, outcomes);
    } catch (error) {
      this.#context.signal.throwIfAborted();
      work.record.noteFailure(targetName(target), error);
    }
  }

  /**
   * Puts the image's own manifest last, after what is attached to it: where it is, everything is. Registries accept referrers before
   * their subject (OCI distribution specification 1.1, "Pushing Manifests with Subject").
   */
  async #putManifests(gap: Gap, target: RegistryTarget, outcomes: Outcomes): Promise<void> {
    const { closure, absent, absentTags, work } = gap;
    const own = closure.manifests.filter(({ content }) => content.digest === work.plan.digest);
    const others = closure.manifests.filter(({ content }) => content.digest !== work.plan.digest);
    const putAbsent = async ({ content, blobs }: ClosureManifest) => {
      this.#noteBlobs(gap, blobs, outcomes);
      if (absent.has(content.digest)) await this.#putOnce(gap, target, content, content.digest);
    };
    // Images refer to blobs only. The rest is in the order in which registries accept it.
    const isPlain = ({ isIndex, attachedTo }: ClosureManifest) => !isIndex && attachedTo === undefined;
    await inParallel(others.filter(isPlain), imageLanes, putAbsent);
    for (const manifest of others) if (!isPlain(manifest)) await putAbsent(manifest);
    for (const tag of absentTags) {
      const manifest = manifestOf(closure, closure.signatureTags.get(tag));
      if (manifest) await this.#putOnce(gap, target, manifest.content, tag);
    }
    for (const manifest of own) await putAbsent(manifest);
  }

  /** Notes how blobs were verified at a target. @throws the error of the first that is not there */
  #noteBlobs({ work, target }: Gap, digests: Iterable<string>, outcomes: Outcomes): void {
    const name = targetName(target);
    const place = target.kind === "blobs" ? name : placeName(target, work.plan.repository);
    for (const digest of digests) {
      const outcome = outcomes.get(digest)?.get(place);
      if (outcome?.state === "failed") throw outcome.error;
      if (outcome?.state === "written") work.record.noteWritten(name, outcome.verified);
    }
  }

  async #putOnce({ work }: Gap, target: RegistryTarget, content: Content, reference: string): Promise<void> {
    const key = `${placeName(target, work.plan.repository)} ${reference}`;
    const known = this.#puts.get(key) ?? this.#put(target, work.plan.repository, content, reference);
    this.#puts.set(key, known);
    await known;
    work.record.noteWritten(targetName(target), "digest");
  }

  async #put(target: RegistryTarget, name: string, content: Content, reference: string): Promise<void> {
    const repository = this.#context.openTarget(target, name);
    await this.#context.health.watch(targetName(target), async () => {
      await repository.attach(content, reference, this.#context.signal);
      await repository.confirmManifest(content.digest, reference, this.#context.signal);
    });
    this.#context.counters.addWritten(targetName(target), content.bytes.length);
  }
}

/** A tag is set only at what is complete, so that its blobs are looked for as well. */
function isContentWanted({ content, tags }: ImagePlan["missing"][number]): boolean {
  return content || tags.length > 0;
}

/** The digests that have other bytes at a target. */
function damagedAt({ missing }: ImagePlan, target: Target): readonly string[] {
  return missing.find((each) => each.target === targetName(target))?.damaged ?? [];
}

function manifestOf(closure: ImageClosure, digest: string | undefined): ClosureManifest | undefined {
  return closure.manifests.find(({ content }) => content.digest === digest);
}

/** Each distinct blob once, with all places that may lack it; the largest first, so that none of them is left for the end. */
function collectJobs(gaps: readonly Gap[]): BlobJob[] {
  const jobs = new Map<string, MutableJob>();
  for (const gap of gaps) for (const digest of gap.closure.blobs.keys()) addPlace(jobs, gap, digest);
  return [...jobs.values()].sort((a, b) => b.blob.size - a.blob.size);
}

interface MutableJob extends BlobJob {
  readonly sources: BlobRepository[];
  readonly registries: Map<RegistryTarget, Set<string>>;
  readonly buckets: Set<BlobTarget>;
  readonly damaged: Set<string>;
}

function addPlace(jobs: Map<string, MutableJob>, { closure, source, target, work }: Gap, digest: string): void {
  const blob = closure.blobs.get(digest);
  if (!blob) return;
  const job: MutableJob = jobs.get(digest) ?? {
    blob,
    sources: [],
    registries: new Map(),
    buckets: new Set(),
    damaged: new Set(),
  };
  jobs.set(digest, job);
  for (const each of source.alternatives ?? [source]) if (!job.sources.includes(each)) job.sources.push(each);
  if (damagedAt(work.plan, target).includes(digest)) {
    job.damaged.add(target.kind === "blobs" ? targetName(target) : placeName(target, work.plan.repository));
  }
  if (target.kind === "blobs") job.buckets.add(target);
  else job.registries.set(target, (job.registries.get(target) ?? new Set()).add(work.plan.repository));
}
