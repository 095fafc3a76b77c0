/**
 * What manifests name at mirrors, also where they have errors and promise nothing: it did not vanish from them, and must not be
 * removed.
 */
export interface Mentions {
  /** `REPOSITORY@DIGEST`. */
  readonly images: ReadonlySet<string>;
  /** `REPOSITORY:TAG`. */
  readonly tags: ReadonlySet<string>;
  /** Paths. */
  readonly files: ReadonlySet<string>;
  /** Projects that have a manifest or a `withdrawn.yaml`. */
  readonly projects: ReadonlySet<string>;
  /** What comes before a project's names at mirrors, with a final slash or empty; by `images PROJECT` and `files PROJECT`. */
  readonly prefixes: ReadonlyMap<string, readonly string[]>;
  /** Projects of whose files one has an error, so that it may name more. */
  readonly unclear: ReadonlySet<string>;
  /** Whether every file could be read, so that nothing else is named. */
  readonly isComplete: boolean;
}
