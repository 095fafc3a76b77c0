import type { Answer } from "../../routing/answer";
import type { AskedContent, ContentClass } from "../../routing/asked";

/** A variable part of a path, in the order in which a rule captures them. */
export type Capture = "name" | "algorithm" | "hex" | "reference" | "path";

/**
 * What a pattern is matched against, and how much of it must match:
 *
 * - `request`: the whole path of a GET or HEAD whose query is well-formed;
 * - `path`: the whole path;
 * - `target`: path and query together.
 */
export type Scope = "request" | "path" | "target";

export interface RuleBase {
  /** Identifies the rule; rules with the same ID share a response. */
  readonly id: string;
  readonly scope: Scope;
  readonly pattern: string;
  /** Whether the rule applies when the pattern does *not* match. */
  readonly not?: true;
  /** Whether the rule applies only to OCI paths: `/v2` and what is below. */
  readonly oci?: true;
  /**
   * Whether an earlier rule can match the same request only because of its length: the pattern excludes dot segments,
   * repeated slashes and escapes.
   */
  readonly isExact?: true;
  /** Which methods match: OPTIONS, or all refused methods. @default GET and HEAD */
  readonly methods?: "options" | "others";
}

/** Requests for content: the target depends on the mirror. */
export interface ContentRule extends RuleBase {
  readonly of: ContentClass;
  readonly captures: readonly Capture[];
  /** The input for `MirrorUrls`, with placeholders in braces. */
  readonly asked: AskedContent;
  /** The path at the mirrors, if a file is requested: text around the captured `path`. */
  readonly at?: { readonly before: string; readonly after: string };
}

/** Requests that lead to one of the project's pages. */
export interface PageRule extends RuleBase {
  readonly page: "info" | "privacy";
}

/** Requests with the same response for all clients. */
export interface AnswerRule extends RuleBase {
  readonly answer: Answer;
}

/** A rule. The first match answers; one rule always matches. */
export type Rule = ContentRule | PageRule | AnswerRule;

/** Whether a rule's answer depends on the mirror. */
export function isContentRule(rule: Rule): rule is ContentRule {
  return "of" in rule;
}

/** A rule for requests for content. */
export function createContentRule(
  id: string,
  of: ContentClass,
  pattern: string,
  captures: readonly Capture[],
  asked: AskedContent,
  at?: ContentRule["at"],
): ContentRule {
  return { id, scope: "request", pattern, of, captures, asked, ...(at && { at }) };
}
