import type { Rule as DocumentRule } from "../document/rule";
import type { Draft } from "./draft";

/** Context for rules. */
export interface RuleContext {
  /** The day on which the inventory is read, YYYY-MM-DD in UTC. */
  readonly today: string;
  /** Whether mirrors may be on loopback and in private networks: for tests and trials. */
  readonly allowPrivateMirrors: boolean;
}

/** A cross-field rule of the inventory. */
export type Rule = DocumentRule<Draft, RuleContext>;
