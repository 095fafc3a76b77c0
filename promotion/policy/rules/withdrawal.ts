import type { PolicyRule } from "../policy-rule";

/**
 * Who may withdraw. It judges no artifact that is promoted: `findWithdrawalRefusal` judges those that are withdrawn, where it is known
 * who merged.
 */
export const withdrawal: PolicyRule = {
  id: "policy/withdrawal",
  reason: "A withdrawal breaks everyone who still uses the artifact, so fewer people may decide it.",
  example: "withdrawal: [alice, example-org/security]",
};
