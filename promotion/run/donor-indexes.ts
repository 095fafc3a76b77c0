import { createHash } from "node:crypto";
import { donorIndexFolder } from "../../inventory/names";
import type { Bucket } from "../../stores/bucket";
import { bodyOf } from "../../stores/http/exchange";
import { StoreError } from "../../stores/store-error";
import type { Ledger } from "../ledger/ledger";
import { subjectsOf } from "../ledger/subjects-of";
import type { PlanFinding } from "../plan/plan";
import { targetName } from "../plan/target-name";
import { isDestination } from "../plan/wanted-image";
import type { Promoted, PromotedFile, PromotedImage } from "../promoted";
import { findOriginBucket } from "../targets/find-origin-bucket";
import type { Target } from "../targets/target";
import {
  type DonorList,
  formatDonorList,
  imageKeyOf,
  type ListedFile,
  type ListedImage,
  readDonorList,
  writeDonorList,
} from "./donor-list";
import type { FileWork } from "./file-run";
import type { ImageWork } from "./image-work";
import { listDonorObjects } from "./list-donor-objects";
import { type PromisedReading, readPromised } from "./read-promised";
import type { RunContext } from "./run-context";

/** The name of the index of a mirror that its donor fills, in the origin's bucket. @param mirror `provider/mirror` */
export function donorIndexKey(mirror: string): string {
  return `${donorIndexFolder}/${mirror}.jsonl`;
}

/** How long caches may keep an index, in seconds: donors should see the last run. */
const cacheControl = "public, max-age=60";

/** A mirror that its donor fills. */
interface Donor {
  readonly mirror: string;
  readonly targets: readonly [Target, ...Target[]];
  /** Undefined if it could not be read. */
  readonly list: DonorList | undefined;
}

const nothing: DonorList = { images: new Map(), files: new Map() };

/**
 * The indexes of what donors should have: JSON lines in the origin's bucket, one index for each mirror that its donor fills. An index
 * lists everything, whoever else has it, so a donor may join, or start again, at any time. What images consist of is kept in a list
 * beside the index: a run reads at the origin only what the list does not have.
 */
export class DonorIndexes {
  readonly #context: RunContext;
  readonly #bucket: Bucket | undefined;
  readonly #donors: readonly Donor[];

  private constructor(context: RunContext, bucket: Bucket | undefined, donors: readonly Donor[]) {
    this.#context = context;
    this.#bucket = bucket;
    this.#donors = donors;
  }

  /** Reads the lists of earlier runs. @throws the reason of the signal */
  static async open(context: RunContext): Promise<DonorIndexes> {
    const bucket = findOriginBucket(context.targets);
    const donors: Donor[] = [];
    for (const [mirror, targets] of groupDonors(context.targets)) {
      donors.push({ mirror, targets, list: bucket && (await readList(bucket, mirror, context.signal)) });
    }
    return new DonorIndexes(context, bucket, donors);
  }

  /** Fills in what images consist of that only donors lack, where it is known: their manifests need not be read again. */
  recall(works: readonly ImageWork[]): void {
    const names = new Set(this.#donors.flatMap(({ targets }) => targets.map(targetName)));
    for (const work of works) {
      if (!work.plan.missing.every(({ target }) => names.has(target))) continue;
      const key = imageKeyOf(work.plan);
      const [known] = this.#donors.flatMap(({ list }) => list?.images.get(key) ?? []);
      if (!known) continue;
      const { manifests, blobs } = known.contents;
      work.contents = known.contents;
      work.record.bytes = [...manifests, ...blobs].reduce((sum, { size }) => sum + size, 0);
    }
  }

  /**
   * Publishes the indexes that have changed. A donor that misses one loses nothing.
   *
   * @returns what could not be read or published
   * @throws the reason of the signal
   */
  async publish(images: readonly ImageWork[], files: readonly FileWork[]): Promise<PlanFinding[]> {
    const findings: PlanFinding[] = [];
    for (const donor of this.#donors) {
      try {
        findings.push(...(await this.#publishIndex(donor, images, files)));
      } catch (error) {
        this.#context.signal.throwIfAborted();
        const message = `the index of what ${donor.mirror} should have could not be published: ${reasonOf(error)}`;
        const fix = "Give the origin a bucket that the promoter may write to; the next run publishes it again.";
        findings.push(createFinding(donor, message, fix));
      }
    }
    return findings;
  }

  async #publishIndex(
    donor: Donor,
    images: readonly ImageWork[],
    files: readonly FileWork[],
  ): Promise<readonly PlanFinding[]> {
    const bucket = this.#bucket;
    if (!bucket) throw new StoreError("the origin has no bucket");
    const draft = new ListDraft(donor, this.#context);
    draft.addWorks(images, files);
    const { failure } = await draft.addPromised();
    const { list } = draft;
    await this.#write(bucket, donor, list);
    if (failure === undefined) return [];
    const message = `the index of ${donor.mirror} lacks what could not be read at the origin: ${reasonOf(failure)}`;
    return [createFinding(donor, message, "The next run reads it again.")];
  }

  /** The index first: what the list does not have is read again. */
  async #write(bucket: Bucket, { mirror, targets, list: former }: Donor, list: DonorList): Promise<void> {
    const { signal } = this.#context;
    const key = donorIndexKey(mirror);
    const lines = listDonorObjects(targets, list).map((object) => `${JSON.stringify(object)}\n`);
    const index = Buffer.from(lines.join(""));
    const sha256 = createHash("sha256").update(index).digest("hex");
    const bytes = formatDonorList(list, sha256);
    if (former?.bytes?.equals(bytes) && (await bucket.head(key, signal))?.size === index.length) return;
    await bucket.put(key, bodyOf(index), { sha256, contentType: "application/jsonl", cacheControl, signal });
    await writeDonorList(bucket, mirror, bytes, signal);
  }
}

function groupDonors(targets: readonly Target[]): Map<string, [Target, ...Target[]]> {
  const groups = new Map<string, [Target, ...Target[]]>();
  for (const target of targets) {
    if (target.filling !== "donor") continue;
    const group = groups.get(target.mirror);
    if (group) group.push(target);
    else groups.set(target.mirror, [target]);
  }
  return groups;
}

/** A list that cannot be read is written again, if the bucket can be written. */
async function readList(bucket: Bucket, mirror: string, signal: AbortSignal): Promise<DonorList | undefined> {
  try {
    return await readDonorList(bucket, mirror, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function createFinding({ targets }: Donor, message: string, fix: string): PlanFinding {
  return { kind: "unreachable", severity: "warning", target: targetName(targets[0]), message, fix };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What of a list the ledger does not hide. */
function withoutHidden({ images, files }: DonorList, ledger: Ledger | undefined): DonorList {
  const hiddenImages = new Set(ledger?.images.flatMap((image) => (image.withdrawn ? [imageKeyOf(image)] : [])));
  const hiddenFiles = new Set(ledger?.files.flatMap(({ path, withdrawn }) => (withdrawn ? [path] : [])));
  return {
    images: new Map([...images].filter(([key]) => !hiddenImages.has(key))),
    files: new Map([...files].filter(([path]) => !hiddenFiles.has(path))),
  };
}

/** The list of a donor while it is made, from that of the last run. */
class ListDraft {
  readonly #mirror: string;
  readonly #context: RunContext;
  readonly #images: Map<string, ListedImage>;
  readonly #files: Map<string, ListedFile>;
  readonly #hasImages: boolean;
  readonly #hasFiles: boolean;

  constructor({ mirror, targets, list = nothing }: Donor, context: RunContext) {
    this.#mirror = mirror;
    this.#context = context;
    this.#hasImages = targets.some(({ kind }) => kind !== "files");
    this.#hasFiles = targets.some(({ kind }) => kind === "files");
    const { all } = context.promised ?? {};
    // What is withdrawn leaves the index also while manifests have errors.
    const { images, files } = withoutHidden(list, context.ledger?.current);
    this.#images = new Map(all ? this.#keepImages(images, all) : images);
    this.#files = new Map(all ? this.#keepFiles(files, all) : files);
  }

  get list(): DonorList {
    return { images: this.#images, files: this.#files };
  }

  /** Adds what the run has brought to the origin. */
  addWorks(images: readonly ImageWork[], files: readonly FileWork[]): void {
    for (const { plan, record, contents } of this.#hasImages ? images : []) {
      if (!contents || record.origin === "failed" || !record.goesTo(this.#mirror)) continue;
      const { repository, digest, attachedTo } = plan;
      this.#add({ repository, digest, ...(attachedTo !== undefined && { attachedTo }), contents });
    }
    for (const { plan, record } of this.#hasFiles ? files : []) {
      if (record.bytes === undefined || record.origin !== "shown" || !record.goesTo(this.#mirror)) continue;
      this.#files.set(plan.path, { path: plan.path, sha256: plan.sha256, size: record.bytes });
    }
  }

  /** Adds what is promised to the donor and is not listed yet. */
  async addPromised(): Promise<PromisedReading> {
    const { images = [], files = [] } = this.#context.promised?.selected ?? {};
    const isUnknownImage = (image: PromotedImage) =>
      this.#hasImages && this.#isOurs(image) && !this.#images.has(imageKeyOf(image));
    const isUnknownFile = (file: PromotedFile) =>
      this.#hasFiles && this.#isOurs(file) && this.#files.get(file.path)?.sha256 !== file.sha256;
    const reading = await readPromised(this.#context, images.filter(isUnknownImage), files.filter(isUnknownFile));
    for (const image of reading.images) this.#add(image);
    for (const file of reading.files) this.#files.set(file.path, file);
    return reading;
  }

  #isOurs({ destinations }: PromotedImage | PromotedFile): boolean {
    return isDestination(destinations, this.#mirror);
  }

  #add(image: ListedImage): void {
    this.#images.set(imageKeyOf(image), image);
  }

  /** Keeps what is still promised, and what is attached to that or to its children. */
  *#keepImages(images: DonorList["images"], all: Promoted): Generator<[string, ListedImage]> {
    const promised = new Set(all.images.filter((image) => this.#isOurs(image)).map(imageKeyOf));
    const subjects = new Set<string>();
    for (const [key, image] of images) {
      if (image.attachedTo !== undefined || !promised.has(key)) continue;
      yield [key, image];
      for (const { digest } of image.contents.manifests) subjects.add(imageKeyOf({ ...image, digest }));
    }
    const known = new Map(this.#context.ledger?.current.images.map((image) => [imageKeyOf(image), image]));
    for (const [key, image] of images) {
      const { repository, attachedTo } = image;
      if (attachedTo === undefined) continue;
      const attachedToAny = [attachedTo, ...subjectsOf(known.get(key) ?? { tags: [] })];
      if (attachedToAny.some((digest) => subjects.has(imageKeyOf({ repository, digest })))) yield [key, image];
    }
  }

  *#keepFiles(files: DonorList["files"], all: Promoted): Generator<[string, ListedFile]> {
    const promised = new Set(all.files.filter((file) => this.#isOurs(file)).map(({ path }) => path));
    for (const [path, file] of files) if (promised.has(path)) yield [path, file];
  }
}
