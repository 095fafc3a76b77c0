import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { type ImageClosure, readClosure } from "../image/read-closure";
import { groupSignatureTags } from "../image/signature-tag";
import { targetName } from "../plan/target-name";
import type { PromotedImage } from "../promoted";
import type { RegistryTarget } from "../targets/target";
import type { RunContext } from "./run-context";

/** Repositories, and images of one, that are read at the same time. */
const lanes = 8;

/** What was read of an image at the origin. */
export interface ImageAtOrigin {
  readonly image: PromotedImage;
  readonly closure: ImageClosure;
  /** All tags of the repository. */
  readonly tags: ReadonlySet<string>;
}

/** What became of the images that were looked for. */
export interface OriginReading<T> {
  readonly found: readonly T[];
  /** Those that could not be read. */
  readonly unread: readonly PromotedImage[];
  /** What failed first. @default nothing did */
  readonly failure?: unknown;
}

/** Reads images at the origin. */
class OriginReader<T> {
  readonly #context: RunContext;
  readonly #take: (image: ImageAtOrigin) => T;
  readonly #found: T[] = [];
  readonly #unread: PromotedImage[] = [];
  #failure: unknown;

  constructor(context: RunContext, take: (image: ImageAtOrigin) => T) {
    this.#context = context;
    this.#take = take;
  }

  async read(images: readonly PromotedImage[]): Promise<OriginReading<T>> {
    const { targets } = this.#context;
    const origin = targets.find((target): target is RegistryTarget => target.isOrigin && target.kind === "registry");
    if (origin) {
      const repositories = new Map<string, Map<string, PromotedImage>>();
      for (const image of images) {
        const wanted = repositories.get(image.repository) ?? new Map<string, PromotedImage>();
        repositories.set(image.repository, wanted.set(image.digest, image));
      }
      const groups = Array.from(repositories.values(), (wanted) => [...wanted.values()]);
      await inParallel(groups, lanes, (wanted) => this.#readRepository(origin, wanted));
    }
    const failure = this.#failure !== undefined && { failure: this.#failure };
    return { found: this.#found, unread: this.#unread, ...failure };
  }

  async #readRepository(origin: RegistryTarget, images: readonly PromotedImage[]): Promise<void> {
    const { signal } = this.#context;
    const [{ repository: name } = { repository: "" }] = images;
    const repository = this.#context.openTarget(origin, name);
    const tags = new Set<string>();
    const isListed = await this.#attempt(origin, images, async () => {
      for await (const page of repository.tags(signal)) for (const tag of page) tags.add(tag);
      return true;
    });
    if (!isListed) return;
    const signatureTags = groupSignatureTags(tags);
    await inParallel(images, lanes, async (image) => {
      const read = () => readClosure(image.digest, { repository, tags, signatureTags });
      const closure = await this.#attempt(origin, [image], read);
      if (closure) this.#found.push(this.#take({ image, closure, tags }));
    });
  }

  /** What the origin does not have is not promoted yet: that is no failure. */
  async #attempt<R>(
    origin: RegistryTarget,
    images: readonly PromotedImage[],
    work: () => Promise<R>,
  ): Promise<R | undefined> {
    try {
      return await this.#context.health.watch(targetName(origin), work);
    } catch (error) {
      this.#context.signal.throwIfAborted();
      if (error instanceof StoreError && error.fault === "absent") return undefined;
      this.#failure ??= error;
      this.#unread.push(...images);
      return undefined;
    }
  }
}

/**
 * Reads images at the origin, with all that is attached to them. What the origin does not have is left out.
 *
 * @param take what to keep of each image: their manifests would take much memory
 * @throws the reason of the signal
 */
export function readImagesAtOrigin<T>(
  context: RunContext,
  images: readonly PromotedImage[],
  take: (image: ImageAtOrigin) => T,
): Promise<OriginReading<T>> {
  return new OriginReader(context, take).read(images);
}
