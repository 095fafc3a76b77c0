import type { ImageContent } from "./image-content";
import type { JudgedFile, JudgedImage } from "./judged-artifact";
import type { ProjectPolicy } from "./policy";
import type { Evidence } from "./signatures/evidence";

/** What a rule found. */
export interface Opinion {
  readonly isAllowed: boolean;
  /** What it looked at, in a few words, for `--explain`. */
  readonly saw: string;
  /** How to get it promoted. Only if it is not allowed. */
  readonly fix?: string;
}

/** What rules for content need besides it. */
export interface JudgeContext {
  readonly now: Date;
  /** The signatures and attestations of a manifest of the image. @throws StoreError */
  readonly evidenceOf: (subject: string) => Promise<readonly Evidence[]>;
}

/**
 * A rule for artifacts. Each method returns undefined where the policy asks for nothing, or where the rule does not concern the artifact.
 */
export interface PolicyRule {
  /** As it is printed: `policy/` and the name in the file. */
  readonly id: `policy/${string}`;
  /** One sentence. */
  readonly reason: string;
  /** How the rule is written. */
  readonly example: string;
  /** Whether it also judges what comes later and is attached to an image. @default false */
  readonly judgesAttachments?: boolean;
  judgeImage?(image: JudgedImage, policy: ProjectPolicy): Opinion | undefined;
  judgeFile?(file: JudgedFile, policy: ProjectPolicy): Opinion | undefined;
  /** Whether {@link judgeContent} has something to look at. */
  needsContent?(policy: ProjectPolicy): boolean;
  /** Judges the bytes that are written: everything that belongs to the image, as read from where it is copied from. */
  judgeContent?(content: ImageContent, policy: ProjectPolicy, context: JudgeContext): Promise<Opinion | undefined>;
}

/** An opinion in favour. */
export function accept(saw: string): Opinion {
  return { isAllowed: true, saw };
}

/** An opinion against. */
export function refuse(saw: string, fix: string): Opinion {
  return { isAllowed: false, saw, fix };
}
