import type { Path, Target } from "./path";
import type { Severity } from "./problem";

/** What the documentation says of a rule. */
export interface RuleEntry {
  /** `subject/what-is-wrong`, as it is printed. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence; where it is a cloud's limit, with the page that says so. */
  readonly reason: string;
}

/** One breach of a rule. */
export interface Finding {
  readonly path: Path;
  /** @default "value" */
  readonly target?: Target;
  readonly message: string;
  readonly fix: string;
}

/** One rule about what several values say together. It keeps silent about what is missing or was mistyped. */
export interface Rule<Draft, Context> extends RuleEntry {
  check(draft: Draft, context: Context): Iterable<Finding>;
}
