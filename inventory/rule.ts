import type { Rule as DocumentRule } from "../document/rule";
import type { Draft } from "./draft";

/** What a rule may ask besides the inventory. */
export interface RuleContext {
  /** The day on which the inventory is read, YYYY-MM-DD in UTC. */
  readonly today: string;
  /** Whether mirrors may be on loopback and in private networks: for tests and trials. */
  readonly allowPrivateMirrors: boolean;
}

/** One rule about what several values of the inventory say together. */
export type Rule = DocumentRule<Draft, RuleContext>;
