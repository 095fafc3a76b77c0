import { imageKey } from "../../overlay/image-key";
import type { Ledger } from "../ledger/ledger";
import type { PlanFinding } from "../plan/plan";
import { findWithdrawalRefusal } from "../policy/find-withdrawal-refusal";
import { type Policy, policyOf } from "../policy/policy";
import type { Withdrawn } from "../promoted";
import { listWithdrawnNames } from "./list-withdrawn-names";
import type { Removal } from "./removal";
import { selectHidden } from "./select-hidden";

/** The merge that a run follows. */
export interface Merge {
  /** The GitHub user who merged; undefined if it is not known. */
  readonly by: string | undefined;
}

/**
 * The entries of `withdrawn.yaml` that count: those of projects from which whoever merged may withdraw, and those of what is hidden already,
 * which is deleted when its time comes, also by a scheduled run. What another project promoted, and no longer has, is also that project's.
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
  const owners = ledger && listOwners(ledger);
  const mayWithdraw = (project: string) =>
    findWithdrawalRefusal(policyOf(policy, project), project, by)?.severity !== "error";
  return withdrawn.filter((entry) => {
    if (hidden.has(entry)) return true;
    const promoted = owners ? listWithdrawnNames(entry).flatMap((name) => owners.get(name) ?? []) : [];
    return [entry.project, ...promoted].every(mayWithdraw);
  });
}

/** The projects that promoted artifacts, by what names them in entries. */
function listOwners({ images, files }: Ledger): ReadonlyMap<string, string> {
  return new Map([
    ...images.flatMap(({ project, repository, digest, tags }) =>
      [imageKey(repository, digest), ...tags.map((tag) => `${repository}:${tag}`)].map(
        (name) => [name, project] as const,
      ),
    ),
    ...files.map(({ project, path }) => [path, project] as const),
  ]);
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
