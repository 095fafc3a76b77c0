import type { Finding, RuleEntry } from "../document/rule-entry";
import type { Draft } from "./draft";

/** What a rule may ask besides the inventory. */
export interface RuleContext {
  /** The day on which the inventory is read, YYYY-MM-DD in UTC. */
  readonly today: string;
  /** Whether mirrors may be on loopback and in private networks: for tests and trials. */
  readonly allowPrivateMirrors: boolean;
}

/** One rule about what several values say together. It keeps silent about what is missing or was mistyped. */
export interface Rule extends RuleEntry {
  check(draft: Draft, context: RuleContext): Iterable<Finding>;
}
