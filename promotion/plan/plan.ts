import type { Removal } from "../withdrawal/removal";

/**
 * What a run would do, as a value: printed for reviewers, written as JSON, and carried out exactly by `promote run --plan`. Mirrors
 * are named `provider/mirror`; a target is `<mirror> registry`, `<mirror> blobs` or `<mirror> files`.
 */
export interface Plan {
  /** The version of this format. */
  readonly format: 1;
  /** When the world was read: ISO 8601, UTC. */
  readonly made: string;
  /** SHA-256 of what the manifests promise, in hexadecimal: another value means that they changed. */
  readonly promise: string;
  /** The commit since which changed entries are planned. @default all entries are */
  readonly since?: string;
  /** How much of the promise every readable target has. @default not counted */
  readonly inPlace?: { readonly images: number; readonly files: number };
  /**
   * Whether it repairs mirrors, as `audit --repair` found them: everything is copied from other mirrors, and damaged objects are replaced.
   *
   * @default it promotes
   */
  readonly repairs?: true;
  readonly images: readonly ImagePlan[];
  readonly files: readonly FilePlan[];
  /** What becomes of withdrawn artifacts. @default nothing is withdrawn */
  readonly removals?: readonly Removal[];
  readonly findings: readonly PlanFinding[];
}

/** Where an artifact goes, as far as `missing` does not say it. */
export interface PlannedScope {
  /** The mirrors that it goes to, if these are not all that hold artifacts of its kind. @default all */
  readonly destinations?: readonly string[];
  /** Targets of it that could not be read, so that nobody knows whether they have it. @default none */
  readonly unread?: readonly string[];
}

/** An image that at least one target lacks. What is in place everywhere is not in the plan. */
export interface ImagePlan extends PlannedScope {
  readonly project: string;
  /** `gcr.io/k8s-staging-kubernetes/pause`; the origin's own repository (`sourceAt`) if staging does not have it any more. */
  readonly source: string;
  /** The repository at mirrors. */
  readonly repository: string;
  readonly digest: string;
  /** The digest that it is attached to, if it is a signature, attestation, SBOM or another referrer. @default it is promised itself */
  readonly attachedTo?: string;
  /** Bytes of all distinct blobs and manifests, with those of children; undefined if they are not known. */
  readonly bytes?: number;
  /** What each incomplete target lacks. */
  readonly missing: readonly {
    readonly target: string;
    /** Whether manifests or blobs are missing, not only tags. */
    readonly content: boolean;
    /** The tags to set; always empty for blobs. They include cosign's tags where the digest is a signature, attestation or SBOM. */
    readonly tags: readonly string[];
    /** Digests of blobs and manifests that have other bytes there, and are written again. Only in repairs. @default none */
    readonly damaged?: readonly string[];
    /** Those of the tags that lead to another digest there, and are set back if they still do. Only in repairs. @default none */
    readonly moved?: readonly { readonly tag: string; readonly from: string }[];
  }[];
}

/** A file that at least one target lacks. */
export interface FilePlan extends PlannedScope {
  readonly project: string;
  /** `gs://k8s-staging-kops/kops/releases/1.30.0/linux/amd64/kops`; at the origin if staging does not have it any more. */
  readonly source: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes?: number;
  /** The targets that lack it. */
  readonly missing: readonly string[];
  /** The targets at which it replaces other content, because its name is mutable. @default none */
  readonly replaces?: readonly string[];
  /** The targets at which it has other bytes, and is written again. Only in repairs. @default none */
  readonly damaged?: readonly string[];
}

/** See `PlanFinding.kind`. */
export type FindingKind = (typeof findingKinds)[number];

/** All kinds of findings. */
export const findingKinds = [
  "lost",
  "moved",
  "rebuilt",
  "conflict",
  "unmapped",
  "unreachable",
  "waiting",
  "unpromotable",
  "refused",
  "vanished",
  "unneeded",
  "too-many",
  "undeletable",
] as const;

/** What the plan cannot do, or will not do. */
export interface PlanFinding {
  /**
   * `lost`: neither the source nor the origin has it. `moved`: a tag or file is at another digest at a mirror, and may not move. `rebuilt`: the
   * source has another digest under the same tag. `conflict`: the manifests give a tag or a file two contents. `unmapped`: a
   * destination of a manifest is not a mirror of the inventory, or has no place for it. `unreachable`: a source or a target could
   * not be read. `waiting`: the mirror's cloud or donor has not copied it yet. `unpromotable`: the image is damaged or incomplete, of
   * a kind that cannot be promoted, or larger than the limits. `refused`: the policy does not allow it. `vanished`: it was promoted, and is neither
   * in a manifest nor in `withdrawn.yaml` any more. `unneeded`: `withdrawn.yaml` names what is not promoted. `too-many`: more would be
   * withdrawn than a run may. `undeletable`: a target cannot delete a withdrawn artifact.
   */
  readonly kind: FindingKind;
  /** An error keeps something from being promoted; a warning does not. */
  readonly severity: "error" | "warning";
  readonly project?: string;
  /** The image with tag or digest, or the file, as in `kubernetes/pause:3.9`. */
  readonly artifact?: string;
  /** @default it concerns no single target */
  readonly target?: string;
  readonly message: string;
  readonly fix: string;
  /** Lines to add to a file, if that is the fix. */
  readonly paste?: { readonly file: string; readonly lines: readonly string[] };
}
