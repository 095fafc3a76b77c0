/**
 * What runs have promoted: the memory of the promotion, beside the lease in the table bucket. From it come the redirector's overlay, the
 * reference counts that protect shared objects from a withdrawal, and what a manifest lost without an entry in `withdrawn.yaml`.
 * It can be made again from the manifests and the origin.
 */
export interface Ledger {
  /** The version of this format. */
  readonly format: 1;
  /** The number of the newest promotion; 0 before the first. A run that brings anything new takes the next number. */
  readonly newest: number;
  readonly images: readonly LedgerImage[];
  readonly files: readonly LedgerFile[];
  /**
   * The projects of which the ledger is complete: all that their manifests promise was looked for at the origin. Of others, older artifacts may be
   * missing. @default none
   */
  readonly covered?: readonly string[];
  /** By target (`provider/mirror registry`): the promotion up to which it is verified to hold everything that goes to it. */
  readonly complete: Readonly<Record<string, number>>;
}

/** One promoted manifest of one repository, or something attached to one. */
export interface LedgerImage {
  readonly project: string;
  /** The repository at mirrors. */
  readonly repository: string;
  readonly digest: string;
  /** The digest that it is attached to (a signature, attestation, SBOM or another referrer). @default promised itself */
  readonly attachedTo?: string;
  readonly tags: readonly string[];
  readonly promotion: number;
  /** The mirrors that it goes to. @default all that hold artifacts of its kind */
  readonly destinations?: readonly string[];
  /** The digests of its children's manifests. */
  readonly manifests: readonly string[];
  /** The digests of all blobs of it and its children: configurations and layers. */
  readonly blobs: readonly string[];
  /** With all its tags. @default it is promoted */
  readonly withdrawn?: LedgerWithdrawal;
  /** Those of `tags` that are withdrawn, while the digest stays. @default none */
  readonly withdrawnTags?: Readonly<Record<string, LedgerWithdrawal>>;
}

/** One promoted file. */
export interface LedgerFile {
  readonly project: string;
  readonly path: string;
  readonly sha256: string;
  readonly promotion: number;
  /** The mirrors that it goes to. @default all that hold files */
  readonly destinations?: readonly string[];
  /** @default it is promoted */
  readonly withdrawn?: LedgerWithdrawal;
}

/** The state of a withdrawal. */
export interface LedgerWithdrawal {
  /** When a run hid it first: ISO 8601, UTC. The waiting time begins here, not at the date that somebody wrote. */
  readonly hidden: string;
  readonly reason: string;
  /** The targets from which it was removed, each verified. When all are here, the entry is dropped. */
  readonly removedFrom: readonly string[];
}
