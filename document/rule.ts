import type { Path, Target } from "./path";
import type { Severity } from "./problem";

/** A rule's documentation. */
export interface RuleEntry {
  /** `subject/what-is-wrong`, as it is printed. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence; for a cloud's limit, with its source. */
  readonly reason: string;
}

/** One violation of a rule. */
export interface Finding {
  readonly path: Path;
  /** @default "value" */
  readonly target?: Target;
  readonly message: string;
  readonly fix: string;
}

/** A cross-field rule. It ignores missing and invalid values. */
export interface Rule<Draft, Context> extends RuleEntry {
  check(draft: Draft, context: Context): Iterable<Finding>;
}
