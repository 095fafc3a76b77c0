import type { NameList } from "./name-list";
import type { Signer } from "./signer";
import type { Severity } from "./vulnerabilities/severity";

/** What a policy asks of one project: its own rules, and the defaults that it does not replace. A missing rule asks for nothing. */
export interface ProjectPolicy {
  /** Repositories at the mirrors. */
  readonly imageNames?: NameList;
  /** Paths at the mirrors. */
  readonly fileNames?: NameList;
  readonly tags?: NameList;
  /** Patterns of media types. */
  readonly mediaTypes?: {
    /** Of an image and its children: manifests, configurations and layers. @default all */
    readonly images?: readonly string[];
    /** Of what is attached to them: signatures, attestations, SBOMs. @default all */
    readonly attached?: readonly string[];
  };
  /** The largest, in bytes. */
  readonly sizes?: { readonly image?: number; readonly layer?: number; readonly file?: number };
  /** `linux/amd64`, `linux/arm/v7`: those that an image with tags must have. */
  readonly platforms?: readonly string[];
  /** Whose signatures count. */
  readonly signers: readonly Signer[];
  /** Whether images must be signed. */
  readonly signature: boolean;
  /** Predicate types of the attestations that images must have. */
  readonly attestations: readonly string[];
  /** Whether images must have an SBOM. */
  readonly sbom: boolean;
  readonly vulnerabilities?: {
    readonly atMost: Severity;
    /** The largest age of the report. */
    readonly days: number;
  };
  /** Whether SBOMs and vulnerability reports count without a signature. */
  readonly unsignedReports: boolean;
  /** Endings of the files that must be beside each file: `.sha256`, `.sig`. */
  readonly fileCompanions?: readonly string[];
  /** The GitHub users and teams that may withdraw. @default everyone who may change the manifests */
  readonly withdrawal?: readonly string[];
}

/** `policy.yaml`: what may be promoted. */
export interface Policy {
  /** As it is shown in messages. */
  readonly file: string;
  readonly defaults: ProjectPolicy;
  /** Projects with rules of their own. */
  readonly projects: ReadonlyMap<string, ProjectPolicy>;
  /** The content of a trusted root of Sigstore, as JSON. @default that of the public instance */
  readonly trustedRoot?: string;
}

/** What a policy asks of a project. */
export function policyOf({ defaults, projects }: Policy, project: string): ProjectPolicy {
  return projects.get(project) ?? defaults;
}
