import { readingRules } from "../document/reading-rules";
import type { RuleEntry } from "../document/rule";
import { factsRules } from "../facts/facts-rules";
import { crossFieldRules } from "../inventory/cross-field-rules";
import { schemaRules } from "../inventory/schema-rules";
import { projectRules } from "../project/project-rules";

/** Every rule there is, by id: those of the reader, those about several values, those of deployed facts, and those of a project as a whole. */
export const allRules: readonly RuleEntry[] = [
  ...readingRules,
  ...Object.values(schemaRules),
  ...crossFieldRules,
  ...factsRules,
  ...Object.values(projectRules),
].sort((a, b) => (a.id < b.id ? -1 : 1));
