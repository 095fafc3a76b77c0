import type { Body } from "../../stores/http/exchange";
import type { Content, Descriptor } from "../../stores/registry/content";
import type { BlobRepository } from "../image/blob-repository";
import type { ImageRepository } from "../image/image-repository";

/** What a run needs of a staging repository; `Repository` has all of it. Every method throws StoreError. */
export interface SourceRepository extends ImageRepository, BlobRepository {
  /** Where blobs are, if it stands for several places. @default itself */
  readonly alternatives?: readonly BlobRepository[];
  /** All tags, page by page. */
  tags(signal?: AbortSignal): AsyncIterable<readonly string[]>;
}

/** What a run needs of a mirror's repository; `Repository` has all of it. Every method throws StoreError. */
export interface TargetRepository extends BlobRepository {
  /** @returns bytes; undefined if the repository does not have the blob */
  headBlob(digest: string, signal?: AbortSignal): Promise<number | undefined>;
  /** @returns false if the registry requires an upload instead */
  mount(digest: string, from?: string, signal?: AbortSignal): Promise<boolean>;
  upload(digest: string, body: Body, signal?: AbortSignal): Promise<void>;
  /** Waits until a written blob is there. @throws StoreError if it does not come */
  confirmBlob(digest: string, size: number, signal?: AbortSignal): Promise<void>;
  headManifest(reference: string, signal?: AbortSignal): Promise<{ readonly digest: string } | undefined>;
  getManifest(reference: string, signal?: AbortSignal): Promise<Content>;
  /** The manifests whose subject is a digest. */
  referrers(digest: string, signal?: AbortSignal): Promise<readonly Descriptor[]>;
  /** Puts a manifest under its digest or a tag; with a subject, so that it is found as a referrer. */
  attach(content: Content, reference?: string, signal?: AbortSignal): Promise<void>;
  /** Waits until a written manifest or tag is there. @throws StoreError if it does not come */
  confirmManifest(digest: string, reference?: string, signal?: AbortSignal): Promise<void>;
  /** Removes a tag. It is no failure if there is none. @throws StoreError "unsupported" if the registry cannot */
  removeTag(tag: string, signal?: AbortSignal): Promise<void>;
  /** Removes a manifest with all its tags. It is no failure if there is none. @throws StoreError "unsupported" if the registry cannot */
  removeManifest(digest: string, signal?: AbortSignal): Promise<void>;
}
