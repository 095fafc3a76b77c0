import { readingRules } from "../document/reading-rules";
import type { RuleEntry } from "../document/rule";
import { factsRules } from "../facts/facts-rules";
import { crossFieldRules } from "../inventory/cross-field-rules";
import { schemaRules } from "../inventory/schema-rules";
import { projectRules } from "../project/project-rules";
import { manifestRules } from "../promotion/manifests/manifest-rules";
import { ignoredPolicyRule, policyFileRules, trustedRootRule } from "../promotion/policy/policy-file-rules";
import { policyRules } from "../promotion/policy/policy-rules";

/** All rules, sorted by id: reading rules, rules of the inventory, of deployed facts and of promotion manifests and policies, and rules of a project as a whole. */
export const allRules: readonly RuleEntry[] = [
  ...readingRules,
  ...Object.values(schemaRules),
  ...crossFieldRules,
  ...factsRules,
  ...manifestRules,
  ...policyFileRules,
  ignoredPolicyRule,
  trustedRootRule,
  ...policyRules.map(({ id, reason }) => ({ id, severity: "error", reason }) as const),
  ...Object.values(projectRules),
].sort((a, b) => (a.id < b.id ? -1 : 1));
