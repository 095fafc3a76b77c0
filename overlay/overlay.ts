import type { AuditContent } from "./overlay-content";
import { PathCover } from "./path-cover";
import type { IndexedObject, PromotedIndex } from "./promoted-index";
import type { StoredContent } from "./stored-content";

/** The reason for children and blobs: those who withdraw an image name only the image. */
const noReason = "";

/** A loaded overlay. Its questions are quick enough for each request. */
export class Overlay {
  /** ISO 8601, UTC. */
  readonly issued: string;
  /** The SHA-256 that its bytes carry, in hexadecimal. */
  readonly checksum: string;
  /** The number of the newest promotion; undefined if the overlay has no index of what was promoted. */
  readonly newest: number | undefined;
  /** What the last audit found; undefined if there was none. */
  readonly audit: AuditContent | undefined;
  readonly #index: PromotedIndex;
  readonly #images: PathCover;
  readonly #files: PathCover;
  readonly #complete: ReadonlyMap<string, number>;
  /** Reasons by `REPOSITORY@DIGEST` and `REPOSITORY:TAG`. */
  readonly #withdrawnImages: ReadonlyMap<string, string>;
  /** Reasons by path. */
  readonly #withdrawnFiles: ReadonlyMap<string, string>;

  constructor({ issued, promoted, withdrawn, audit }: StoredContent, index: PromotedIndex, checksum: string) {
    this.issued = issued;
    this.checksum = checksum;
    this.newest = promoted?.newest;
    this.audit = audit;
    this.#index = index;
    this.#images = new PathCover(promoted?.covers.images ?? []);
    this.#files = new PathCover(promoted?.covers.files ?? []);
    this.#complete = new Map(Object.entries(promoted?.complete ?? {}));
    this.#withdrawnImages = new Map(listWithdrawn(withdrawn));
    this.#withdrawnFiles = new Map(withdrawn.files.map(({ path, reason }) => [path, reason]));
  }

  /** How many objects were promoted. */
  get objects(): number {
    return this.#index.size;
  }

  /** Whether it speaks for any path: what is not in the index there was never promoted. */
  get hasCovers(): boolean {
    return !this.#images.isEmpty || !this.#files.isEmpty;
  }

  /** How many manifests, tags, blobs and files are withdrawn. */
  get withdrawals(): number {
    return this.#withdrawnImages.size + this.#withdrawnFiles.size;
  }

  /** When an object was promoted; undefined if it never was. @param key from `imageKey` or `fileKey` */
  promotionOf(key: string): IndexedObject | undefined {
    return this.#index.find(key);
  }

  /** Whether the index has all that was promoted to a repository. */
  coversImage(repository: string): boolean {
    return this.#images.covers(repository);
  }

  /** Whether the index has all files below some path that contains this one. @param path without a leading slash */
  coversFile(path: string): boolean {
    return this.#files.covers(path);
  }

  /** The promotion up to which a store (`provider/mirror blobs`) is verified to be complete; 0 if it is not. */
  completeUpTo(store: string): number {
    return this.#complete.get(store) ?? 0;
  }

  /** Why a manifest or a blob was withdrawn from a repository, perhaps in no words; undefined if it was not. @param key from `imageKey` */
  withdrawalOfObject(key: string): string | undefined {
    return this.#withdrawnImages.size === 0 ? undefined : this.#withdrawnImages.get(key);
  }

  /** Why a tag was withdrawn; undefined if it was not. */
  withdrawalOfTag(repository: string, tag: string): string | undefined {
    return this.#withdrawnImages.size === 0 ? undefined : this.#withdrawnImages.get(`${repository}:${tag}`);
  }

  /** Why a file was withdrawn; undefined if it was not. @param path without a leading slash */
  withdrawalOfFile(path: string): string | undefined {
    return this.#withdrawnFiles.size === 0 ? undefined : this.#withdrawnFiles.get(path);
  }
}

function* listWithdrawn({ images, objects }: StoredContent["withdrawn"]): Generator<[string, string]> {
  for (const key of objects) yield [key, noReason];
  for (const { repository, digest, tags = [], reason } of images) {
    if (digest !== undefined) yield [`${repository}@${digest}`, reason];
    for (const tag of tags) yield [`${repository}:${tag}`, reason];
  }
}
