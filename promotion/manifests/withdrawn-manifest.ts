import type { Problem } from "../../document/problem";
import type { CheckedManifest } from "./checked-manifest";
import type { Mention } from "./project-manifest";

/** Why and when something is withdrawn, and where that is written. */
interface WithdrawalEntry {
  readonly name: string;
  readonly reason: string;
  readonly date: string;
  readonly mention: Mention;
}

/** An image that a `withdrawn.yaml` names: a digest with all its tags, or only tags. */
export interface WithdrawnImageEntry extends WithdrawalEntry {
  /** @default only tags are withdrawn */
  readonly digest?: string;
  /** Sorted, without duplicates; empty if a digest is withdrawn. */
  readonly tags: readonly string[];
}

/** What one `withdrawn.yaml` says: valid entries only. */
export interface WithdrawnManifest {
  readonly project: string;
  readonly images: readonly WithdrawnImageEntry[];
  readonly files: readonly WithdrawalEntry[];
  /** How many entries there are, as written. */
  readonly count: number;
  readonly problems: readonly Problem[];
  readonly manifest: CheckedManifest;
}
