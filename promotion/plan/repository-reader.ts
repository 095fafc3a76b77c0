import type { BlobRepository } from "../image/blob-repository";
import type { ImageRepository } from "../image/image-repository";

/** All digests of a repository whose registry lists them. */
export interface ListedDigests {
  /** Digests by tag. */
  readonly byTag: ReadonlyMap<string, string>;
  /** All, those without a tag too. */
  readonly digests: ReadonlySet<string>;
  /** Bytes of images by digest, where the registry reports them. @default it does not */
  readonly sizes?: ReadonlyMap<string, number>;
}

/** What a plan asks a repository. `Repository` has all of it. Every method throws StoreError. */
export interface RepositoryReader extends ImageRepository, BlobRepository {
  /** Whether its registry is known to list digests. @default not known */
  readonly listsDigests?: boolean | undefined;
  /** All digests with their tags where the registry lists them; otherwise undefined. */
  digestsByTag(signal?: AbortSignal): Promise<ListedDigests | undefined>;
  /** All tags, page by page. */
  tags(signal?: AbortSignal): AsyncIterable<readonly string[]>;
}
