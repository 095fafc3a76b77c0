import type { Filling } from "../targets/target";

/** What is wrong with one object, tag or repository of one store. */
export interface AuditFinding {
  /** `provider/mirror registry`, `provider/mirror blobs` or `provider/mirror files`. */
  readonly target: string;
  /**
   * `missing`: it was promoted, and is not there. `other`: other bytes, or a tag that leads to another digest. `unexpected`: nobody promoted it,
   * or it was withdrawn and is still there. `unread`: the store could not be read, so nobody knows.
   */
  readonly state: "missing" | "other" | "unexpected" | "unread";
  /** `REPOSITORY@DIGEST`, `REPOSITORY:TAG`, a digest in a bucket, a path, or a repository. */
  readonly name: string;
  /** For the user. */
  readonly message: string;
}

/** What an audit found at one store of a mirror. */
export interface TargetAudit {
  readonly target: string;
  /** `provider/mirror`. */
  readonly mirror: string;
  readonly isOrigin: boolean;
  readonly filling: Filling;
  /** How many promoted images and files it should hold, with signatures and other attachments: the sum of the next four. */
  readonly artifacts: number;
  /** Complete there. */
  readonly there: number;
  /** With at least one part that is not there, and no part that is wrong. */
  readonly missing: number;
  /** With at least one part that has other bytes, or a tag at another digest. */
  readonly other: number;
  /** In a part of the store that could not be read. */
  readonly unread: number;
  /** Objects, tags, digests and repositories that nobody promoted; undefined if the store does not list. */
  readonly unexpected?: number;
  /** What was read as a whole and hashed. */
  readonly read: { readonly objects: number; readonly bytes: number };
}

/** The result of an audit, as a value: printed, written as JSON, counted as metrics. */
export interface AuditReport {
  /** The version of this format. */
  readonly format: 1;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly seconds: number;
  /** With the same seed and the same content, the same objects are read. */
  readonly seed: string;
  /** How many objects of each store were read as a whole. */
  readonly sample: number | "all";
  /** Whether nothing is wrong. What donors have not copied yet is not wrong. */
  readonly isClean: boolean;
  /** Promised artifacts that no run has promoted yet: whether they are there does not matter. */
  readonly pending: number;
  /** Sorted by name. */
  readonly targets: readonly TargetAudit[];
  /** Sorted by target, state and name. */
  readonly findings: readonly AuditFinding[];
}
