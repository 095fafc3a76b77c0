/**
 * What becomes of an artifact that `withdrawn.yaml` names:
 *
 * - `hide`: from this run on, redirectors do not know it any more; nothing is deleted;
 * - `waiting`: it is hidden, and its waiting time is not over;
 * - `delete`: its waiting time is over;
 * - `restore`: it was hidden, and is promised again.
 */
export type RemovalState = "hide" | "waiting" | "delete" | "restore";

/** One withdrawn artifact at one path at mirrors. */
export interface Removal {
  readonly state: RemovalState;
  /** `tags`: only tags of an image, whose digest stays. */
  readonly kind: "image" | "tags" | "file";
  readonly project: string;
  /** The repository, or the path. */
  readonly name: string;
  /** `sha256:…`; of a file, its checksum. */
  readonly digest: string;
  /** The tags that go; always empty for files. */
  readonly tags: readonly string[];
  readonly reason: string;
  /** Since when it is hidden: ISO 8601, UTC. Empty if it is restored. */
  readonly hidden: string;
  /** From when on it is deleted: ISO 8601, UTC. Empty if it is restored. */
  readonly after: string;
  /** The targets from which it is deleted, the origin's first, without those that had it deleted before. */
  readonly from: readonly string[];
  /** The targets that keep it. */
  readonly left: readonly LeftCopy[];
  /** Manifests that are deleted, in this order: what is attached to it, its own, its children. @default none */
  readonly manifests?: readonly string[];
  /** Blobs that are deleted with it where buckets hold blobs. @default none */
  readonly blobs?: readonly string[];
  /** Digests whose records of completion are deleted from buckets. @default none */
  readonly records?: readonly string[];
  /** Tags of it that are promised for another digest: where one still leads to it, it stays. @default none */
  readonly promisedTags?: readonly string[];
  /** Where only tags go: the other tags of the image. @default none */
  readonly stayingTags?: readonly string[];
  /** What it has in common with artifacts that stay. @default nothing */
  readonly needed?: NeededObjects;
}

/** A target that keeps a withdrawn artifact. */
export interface LeftCopy {
  readonly target: string;
  readonly reason: string;
}

/** Objects that stay, because other artifacts need them. */
export interface NeededObjects {
  /** Of the repository: the image's own, its children and what is attached. */
  readonly manifests: number;
  /** Of all repositories. */
  readonly blobs: number;
  /** Some of the artifacts that need them: `kubernetes/pause@sha256:…`. */
  readonly by: readonly string[];
}
