/**
 * What jobs find out about promoted artifacts, for the redirector. It can withhold an artifact or skip a question to a mirror; it
 * cannot name a host, a mirror that the routing table does not have, or a URL, so its writer cannot send anybody elsewhere.
 */
export interface OverlayContent {
  /** ISO 8601, UTC. An older overlay does not replace a newer one. */
  readonly issued: string;
  /** What was promoted. @default nothing is known, and mirrors are asked as without an overlay */
  readonly promoted?: PromotedContent;
  readonly withdrawn: WithdrawnContent;
  /** What the last audit found. @default there was none */
  readonly audit?: AuditContent;
}

/** The result of an audit, for the status page: figures alone. */
export interface AuditContent {
  /** When it began: ISO 8601, UTC. */
  readonly at: string;
  readonly isClean: boolean;
  /** By store of a mirror, as in `PromotedContent.complete`. */
  readonly stores: readonly AuditedStore[];
}

/** How many artifacts a store has as they were promoted. */
export interface AuditedStore {
  /** `provider/mirror registry`, `provider/mirror blobs` or `provider/mirror files`. */
  readonly store: string;
  readonly there: number;
  readonly missing: number;
  /** With other bytes, or a tag that leads elsewhere. */
  readonly other: number;
  /** Objects that nobody promoted. @default the store does not list what it has */
  readonly unexpected?: number;
}

/** Everything that runs have promoted. */
export interface PromotedContent {
  /**
   * The repositories and files of which the index is complete: what begins with one of these paths, and is not in the index, was
   * never promoted. An empty string stands for all.
   */
  readonly covers: { readonly images: readonly string[]; readonly files: readonly string[] };
  /** The number of the newest promotion. Numbers are from 1, and grow. */
  readonly newest: number;
  readonly objects: Iterable<PromotedObject>;
  /**
   * By store of a mirror, as `provider/mirror registry`, `provider/mirror blobs` or `provider/mirror files`: the promotion up to which
   * the store is verified to hold every object that goes to all mirrors.
   */
  readonly complete: Readonly<Record<string, number>>;
}

/** One object that a client can ask for. */
export interface PromotedObject {
  /** `REPOSITORY@DIGEST` for a manifest or a blob, the path without a leading slash for a file: see `imageKey` and `fileKey`. */
  readonly key: string;
  /** The promotion that brought it, or that last changed it. */
  readonly promotion: number;
  /** Whether it goes to all mirrors that hold artifacts of its kind: only then `complete` speaks for it. */
  readonly isEverywhere: boolean;
}

/** What clients must not get any more, although mirrors may still hold it. */
export interface WithdrawnContent {
  readonly images: readonly {
    readonly repository: string;
    /** With all its tags. */
    readonly digest?: string;
    readonly tags?: readonly string[];
    readonly reason: string;
  }[];
  /** Manifests of children, and blobs, that no promoted artifact of the repository needs any more: `REPOSITORY@DIGEST`. */
  readonly objects: readonly string[];
  readonly files: readonly { readonly path: string; readonly reason: string }[];
}
