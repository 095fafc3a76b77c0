import type { Path, Target } from "../document/path";
import type { Severity } from "../document/problem";
import type { Draft } from "./draft";

/** What the documentation says of a rule. */
export interface RuleEntry {
  /** `subject/what-is-wrong`, as it is printed. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence; where it is a cloud's limit, with the page that says so. */
  readonly reason: string;
}

/** What a rule may ask besides the inventory. */
export interface RuleContext {
  /** The day on which the inventory is read, YYYY-MM-DD in UTC. */
  readonly today: string;
  /** Whether mirrors may be on loopback and in private networks: for tests and trials. */
  readonly allowPrivateMirrors: boolean;
}

/** One breach of a rule. */
export interface Finding {
  readonly path: Path;
  /** @default "value" */
  readonly target?: Target;
  readonly message: string;
  readonly wayOut: string;
}

/** One rule about what several values say together. It keeps silent about what is missing or was mistyped. */
export interface Rule extends RuleEntry {
  check(draft: Draft, context: RuleContext): Iterable<Finding>;
}
