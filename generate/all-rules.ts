import { readingRules } from "../document/reading-rules";
import type { RuleEntry } from "../document/rule-entry";
import { deployedFactsRules } from "../facts/deployed-facts-rules";
import { crossFieldRules } from "../inventory/cross-field-rules";
import { projectRules } from "../project/project-rules";

/** Every rule there is, by id: those of the reader, those about several values, those of deployed facts, and those of a project as a whole. */
export const allRules: readonly RuleEntry[] = [
  ...readingRules.map((rule) => ({ ...rule, severity: "error" as const })),
  ...crossFieldRules,
  ...Object.values(deployedFactsRules),
  ...Object.values(projectRules),
].sort((a, b) => (a.id < b.id ? -1 : 1));
