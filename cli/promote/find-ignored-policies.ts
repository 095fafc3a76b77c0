import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Problem, placeAtFile } from "../../document/problem";
import { ignoredPolicyRule } from "../../promotion/policy/policy-file-rules";

/**
 * Finds policies among manifests that are not in force, because their authors believe that they refuse something.
 *
 * @param directories of manifests @param inForce the policy's file, which need not exist
 */
export function findIgnoredPolicies(directories: readonly string[], inForce: string): Problem[] {
  return directories
    .map((directory) => join(directory, "policy.yaml"))
    .filter((file) => resolve(file) !== resolve(inForce) && existsSync(file))
    .map((file) =>
      placeAtFile(file, {
        rule: ignoredPolicyRule.id,
        severity: ignoredPolicyRule.severity,
        message: `this policy is not in force: that is ${inForce}`,
        fix: `Move it to ${inForce}, or name it in promotion.policy of the inventory.`,
      }),
    );
}
