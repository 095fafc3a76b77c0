import type { Ledger } from "../ledger/ledger";
import type { PlanFinding } from "../plan/plan";
import { findWithdrawalRefusal } from "../policy/find-withdrawal-refusal";
import { type Policy, policyOf } from "../policy/policy";
import type { Withdrawn } from "../promoted";
import type { Removal } from "./removal";
import { selectHidden } from "./select-hidden";

/** The merge that a run follows. */
export interface Merge {
  /** The GitHub user who merged; undefined if it is not known. */
  readonly by: string | undefined;
}

/**
 * The entries of `withdrawn.yaml` that count: those of projects from which whoever merged may withdraw, and those of what is hidden already,
 * which is deleted when its time comes, also by a scheduled run.
 *
 * @param ledger @default nothing is hidden
 */
export function selectAllowed(
  withdrawn: readonly Withdrawn[],
  policy: Policy | undefined,
  { by }: Merge,
  ledger?: Ledger,
): readonly Withdrawn[] {
  if (!policy) return withdrawn;
  const hidden = new Set(ledger && selectHidden(ledger, withdrawn));
  return withdrawn.filter((entry) => {
    const { project } = entry;
    return hidden.has(entry) || findWithdrawalRefusal(policyOf(policy, project), project, by)?.severity !== "error";
  });
}

/**
 * What the policy says of artifacts that would be hidden: one finding for each project.
 *
 * @param merge undefined before the merge: then each finding is a warning that names those who may merge
 */
export function judgeWithdrawals(
  removals: readonly Removal[],
  policy: Policy | undefined,
  merge: Merge | undefined,
): PlanFinding[] {
  if (!policy) return [];
  const hidden = removals.filter(({ state }) => state === "hide");
  return [...new Set(hidden.map(({ project }) => project))].flatMap((project): PlanFinding[] => {
    const rules = policyOf(policy, project);
    const names = rules.withdrawal?.join(", ");
    if (names === undefined) return [];
    // Without an artifact: a withdrawal that is refused holds no announcement.
    const base = { kind: "refused", project } as const;
    const fix = `Have it merged by ${names}, or run the promotion again with --merged-by.`;
    if (!merge) {
      const message = `only ${names} may withdraw from ${project}: the run hides nothing if someone else merges this`;
      return [{ ...base, severity: "warning", message, fix: `Have it merged by ${names}.` }];
    }
    const refusal = findWithdrawalRefusal(rules, project, merge.by);
    return refusal
      ? [{ ...base, severity: refusal.severity, message: `policy/withdrawal: ${refusal.message}`, fix }]
      : [];
  });
}
