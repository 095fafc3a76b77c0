import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { readClosure } from "../image/read-closure";
import { groupSignatureTags } from "../image/signature-tag";
import { readObjects } from "../plan/read-objects";
import { targetName } from "../plan/target-name";
import type { PromotedFile, PromotedImage } from "../promoted";
import type { RegistryTarget } from "../targets/target";
import type { ListedFile, ListedImage } from "./donor-list";
import { contentsOf } from "./image-work";
import type { RunContext } from "./run-context";

/** Repositories, and images of one, that are read at the same time. */
const lanes = 8;

/** What was read at the origin, and why some of it was not. */
export interface PromisedReading {
  readonly images: readonly ListedImage[];
  readonly files: readonly ListedFile[];
  /** What failed first. @default nothing did */
  readonly failure?: unknown;
}

/** Reads what promised artifacts consist of, at the origin: images with all that is attached to them. */
class PromisedReader {
  readonly #context: RunContext;
  readonly #images: ListedImage[] = [];
  #failure: unknown;

  constructor(context: RunContext) {
    this.#context = context;
  }

  async read(images: readonly PromotedImage[], files: readonly PromotedFile[]): Promise<PromisedReading> {
    await this.#readImages(images);
    const found = await this.#attempt(() => this.#readFiles(files));
    const failure = this.#failure !== undefined && { failure: this.#failure };
    return { images: this.#images, files: found ?? [], ...failure };
  }

  async #readImages(images: readonly PromotedImage[]): Promise<void> {
    const { targets } = this.#context;
    const origin = targets.find((target) => target.isOrigin && target.kind === "registry") as
      | RegistryTarget
      | undefined;
    if (!origin) return;
    const repositories = new Map<string, Map<string, PromotedImage>>();
    for (const image of images) {
      const wanted = repositories.get(image.repository) ?? new Map<string, PromotedImage>();
      repositories.set(image.repository, wanted.set(image.digest, image));
    }
    await inParallel([...repositories.values()], lanes, (wanted) => this.#readRepository(origin, [...wanted.values()]));
  }

  async #readRepository(origin: RegistryTarget, images: readonly PromotedImage[]): Promise<void> {
    const { signal, health } = this.#context;
    const [{ repository: name } = { repository: "" }] = images;
    const repository = this.#context.openTarget(origin, name);
    const watch = <T>(work: () => Promise<T>) => this.#attempt(() => health.watch(targetName(origin), work));
    const tags = new Set<string>();
    const isListed = await watch(async () => {
      for await (const page of repository.tags(signal)) for (const tag of page) tags.add(tag);
      return true;
    });
    if (!isListed) return;
    const signatureTags = groupSignatureTags(tags);
    await inParallel(images, lanes, async ({ digest }) => {
      const closure = await watch(() => readClosure(digest, { repository, tags, signatureTags }));
      if (closure) this.#images.push({ repository: name, digest, contents: contentsOf(closure) });
    });
  }

  async #readFiles(files: readonly PromotedFile[]): Promise<ListedFile[]> {
    const origin = this.#context.targets.find((target) => target.isOrigin && target.kind === "files");
    if (origin?.kind !== "files" || files.length === 0) return [];
    const keys = files.map(({ path }) => origin.keyOf(path));
    const objects = await readObjects(origin.bucket, keys, { signal: this.#context.signal });
    return files.flatMap(({ path, sha256 }) => {
      const facts = objects.get(origin.keyOf(path));
      const known = facts?.sha256 ?? facts?.recordedSha256 ?? sha256;
      return facts && known === sha256 ? [{ path, sha256, size: facts.size }] : [];
    });
  }

  /** What the origin does not have is not promoted yet: that is no failure. */
  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#context.signal.throwIfAborted();
      const isAbsent = error instanceof StoreError && error.fault === "absent";
      if (!isAbsent) this.#failure ??= error;
      return undefined;
    }
  }
}

/**
 * Reads at the origin what promised artifacts consist of. What the origin does not have is left out, and so is what cannot be read.
 *
 * @throws the reason of the signal
 */
export function readPromised(
  context: RunContext,
  images: readonly PromotedImage[],
  files: readonly PromotedFile[],
): Promise<PromisedReading> {
  return new PromisedReader(context).read(images, files);
}
