import type { Content, Descriptor } from "../../stores/registry/content";

/** What reading an image needs of a repository; `Repository` has all of it. Every method throws StoreError. */
export interface ImageRepository {
  /** For messages. */
  readonly host: string;
  /** For messages. */
  readonly name: string;
  /** Reads a manifest or an index by digest, and verifies the digest. @throws StoreError "absent" if there is none */
  getManifest(digest: string): Promise<Content>;
  /** What a tag or digest refers to. @returns undefined if there is no such manifest */
  headManifest(reference: string): Promise<{ readonly digest: string } | undefined>;
  /**
   * The manifests whose `subject` is a digest, by the registry's API or by its tag schema.
   *
   * @param tags all tags of the repository. @default they are not known
   */
  referrers(digest: string, signal?: AbortSignal, tags?: ReadonlySet<string>): Promise<readonly Descriptor[]>;
}
