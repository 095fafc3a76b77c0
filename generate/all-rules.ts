import { readingRules } from "../document/reading-rules";
import type { RuleEntry } from "../document/rule";
import { factsRules } from "../facts/facts-rules";
import { crossFieldRules } from "../inventory/cross-field-rules";
import { schemaRules } from "../inventory/schema-rules";
import { projectRules } from "../project/project-rules";

/** All rules, sorted by id: reading rules, rules of the inventory and of deployed facts, and rules of a project as a whole. */
export const allRules: readonly RuleEntry[] = [
  ...readingRules,
  ...Object.values(schemaRules),
  ...crossFieldRules,
  ...factsRules,
  ...Object.values(projectRules),
].sort((a, b) => (a.id < b.id ? -1 : 1));
