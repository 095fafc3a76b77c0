import type { ObjectFacts } from "../../stores/bucket";
import type { Filling } from "../targets/target";

/** A store, or a part of it, that could not be read. */
export class Unread {
  /**
   * @param reason for the user
   * @param fix if it takes a change of the inventory or the store. @default another attempt may succeed
   * @param isDenied whether it takes other credentials
   */
  constructor(
    readonly reason: string,
    readonly fix?: string,
    readonly isDenied = false,
  ) {}
}

/** What was read, or why it was not. */
export type Reading<T> = T | Unread;

/** What a repository holds, of what was asked for. */
export interface RepositoryHoldings {
  readonly digests: ReadonlySet<string>;
  /** The digest of each tag. */
  readonly tags: ReadonlyMap<string, string>;
}

/** What a staging repository holds, of what was asked for. */
export interface SourceHoldings extends RepositoryHoldings {
  /** Bytes of images by digest, where the registry lists them. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The digests of the referrers of a digest, where they were asked for. */
  readonly referrers: ReadonlyMap<string, readonly string[]>;
  /** The promised indexes of a child by its digest, where something may be attached to children. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

/** What is attached to images of a repository: signatures, attestations, SBOMs and other referrers. */
export type Attachments = Pick<SourceHoldings, "tags" | "referrers" | "parents">;

/** Files by their name below the source, or by their path. */
export type FileHoldings = ReadonlyMap<string, ObjectFacts>;

interface TargetBase {
  /** `<mirror> registry`, `<mirror> blobs` or `<mirror> files`. */
  readonly name: string;
  /** `provider/mirror`. */
  readonly mirror: string;
  readonly isOrigin: boolean;
  readonly filling: Filling;
}

/** What a registry holds. */
export interface RegistryHoldings extends TargetBase {
  readonly kind: "registry";
  /** How a plan names a repository of it as a source. */
  readonly sourceOf: (repository: string) => string;
  /** By name, below the registry's root; what is not listed was not asked for. */
  readonly repositories: ReadonlyMap<string, Reading<RepositoryHoldings>>;
  /** At the origin: what is attached in a repository, and not at the sources, which delete what is old. @default nothing */
  readonly attachments?: ReadonlyMap<string, Attachments>;
}

/** What a bucket for blobs holds. */
export interface BlobHoldings extends TargetBase {
  readonly kind: "blobs";
  /** The digests of images with a completion record. */
  readonly complete: Reading<ReadonlySet<string>>;
}

/** What a bucket for files holds. */
export interface FileTargetHoldings extends TargetBase {
  readonly kind: "files";
  /** How a plan names a file of it as a source. */
  readonly sourceOf: (path: string) => string;
  readonly files: Reading<FileHoldings>;
}

/** What one store of a mirror holds. */
export type TargetHoldings = RegistryHoldings | BlobHoldings | FileTargetHoldings;

/** What all sources and targets hold, of what the manifests promise. */
export interface World {
  /** When it was read: ISO 8601, UTC. */
  readonly made: string;
  /** By `PromotedImage.source`. */
  readonly imageSources: ReadonlyMap<string, Reading<SourceHoldings>>;
  /** By `PromotedFile.source`. */
  readonly fileSources: ReadonlyMap<string, Reading<FileHoldings>>;
  readonly targets: readonly TargetHoldings[];
}
