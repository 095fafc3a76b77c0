import type { Destinations } from "../promoted";
import type { ReadFailure } from "./read-failure";

/** A promoted manifest of one repository, or something attached to one, with what it consists of. */
export interface ExpectedImage {
  readonly project: string;
  readonly repository: string;
  readonly digest: string;
  /** @default promised itself */
  readonly attachedTo?: string;
  readonly tags: readonly string[];
  readonly destinations: Destinations;
  /** The digests of its children's manifests. */
  readonly manifests: readonly string[];
  /** The digests of its blobs and those of its children. */
  readonly blobs: readonly string[];
}

/** A promoted file. */
export interface ExpectedFile {
  readonly project: string;
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly destinations: Destinations;
}

/** Something that was withdrawn. */
export interface WithdrawnArtifact {
  /** The tags, digests and files, as `REPOSITORY:TAG`, `REPOSITORY@DIGEST` or a path, and the digests of blobs in buckets. */
  readonly names: readonly string[];
  /** The targets at which it may still be, because the waiting time or the removal has not ended. @default at none */
  readonly hiddenAt: (target: string) => boolean;
}

/** What mirrors should hold. */
export interface ExpectedArtifacts {
  readonly images: readonly ExpectedImage[];
  readonly files: readonly ExpectedFile[];
  /** What is promised, and was not promoted yet: it may be there. Names as in `WithdrawnArtifact`. */
  readonly pending: readonly string[];
  readonly withdrawn: readonly WithdrawnArtifact[];
  /** Sizes of blobs, in bytes, as far as manifests were read. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Images of which nobody knows what they consist of, because no registry has them completely. */
  readonly unclear: readonly ReadFailure[];
  /** The number of promised artifacts that were not promoted yet. */
  readonly pendingArtifacts: number;
}
