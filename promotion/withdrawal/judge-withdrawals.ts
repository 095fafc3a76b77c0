import { formatCount } from "../../document/format-count";
import { imageKey } from "../../overlay/image-key";
import type { Ledger } from "../ledger/ledger";
import type { PlanFinding } from "../plan/plan";
import { findWithdrawalRefusal } from "../policy/find-withdrawal-refusal";
import { type Policy, policyOf } from "../policy/policy";
import type { Withdrawn } from "../promoted";
import type { Withdrawing } from "./hide-withdrawn";
import { listWithdrawnNames } from "./list-withdrawn-names";
import type { Removal } from "./removal";
import { selectBrought } from "./select-brought";
import { selectHidden } from "./select-hidden";

/** The merge that a run follows. */
export interface Merge {
  /** The GitHub user who merged; undefined if it is not known. */
  readonly by: string | undefined;
  /** What the manifests said before it. @default not known, so that it brought no withdrawal */
  readonly before?: Withdrawing | undefined;
}

/**
 * The entries of `withdrawn.yaml` that count: those that the merge brought, of projects from which the person who merged may withdraw, and those
 * of what is hidden already, which is deleted when its time comes, also by a scheduled run. An entry that an earlier merge brought is not
 * theirs: they need not have seen it. What another project promoted, and no longer has, is also that project's.
 *
 * @param ledger @default nothing is hidden
 */
export function selectAllowed(
  withdrawn: readonly Withdrawn[],
  policy: Policy | undefined,
  { by, before }: Merge,
  ledger?: Ledger,
): readonly Withdrawn[] {
  if (!policy) return withdrawn;
  const hidden = new Set(ledger && selectHidden(ledger, withdrawn));
  const owners = ledger && listOwners(ledger);
  const brought = new Set(selectBrought(withdrawn, before));
  return withdrawn.filter((entry) => {
    if (hidden.has(entry)) return true;
    const promoted = owners ? listWithdrawnNames(entry).flatMap((name) => owners.get(name) ?? []) : [];
    const merger = brought.has(entry) ? by : undefined;
    return [entry.project, ...promoted].every(
      (project) => findWithdrawalRefusal(policyOf(policy, project), project, merger)?.severity !== "error",
    );
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
 * What the policy says of artifacts that would be hidden: one finding for each project, or two if a merge brought only some of the withdrawals.
 *
 * @param withdrawn all entries
 * @param merge undefined before the merge: then each finding is a warning that names those who may merge
 */
export function judgeWithdrawals(
  removals: readonly Removal[],
  withdrawn: readonly Withdrawn[],
  policy: Policy | undefined,
  merge: Merge | undefined,
): PlanFinding[] {
  if (!policy) return [];
  const hidden = removals.filter(({ state }) => state === "hide");
  const brought = new Set(merge && selectBrought(withdrawn, merge.before).flatMap(listWithdrawnNames));
  const isBrought = (removal: Removal) => namesOf(removal).every((name) => brought.has(name));
  return [...new Set(hidden.map(({ project }) => project))].flatMap((project): PlanFinding[] => {
    const rules = policyOf(policy, project);
    if (!rules.withdrawal) return [];
    const names = rules.withdrawal.join(", ");
    // Without an artifact: a withdrawal that is refused holds no announcement.
    const base = { kind: "refused", project } as const;
    if (!merge) {
      const message = `only ${names} may withdraw from ${project}: the run hides nothing if someone else merges this`;
      return [{ ...base, severity: "warning", message, fix: `Have it merged by ${names}.` }];
    }
    const own = hidden.filter((removal) => removal.project === project);
    const older = own.filter((removal) => !isBrought(removal));
    const isNew = older.length < own.length;
    const fix = `Have ${names} change its reason in withdrawn.yaml and merge that; or revert it.`;
    const refusal = isNew || merge.by === undefined ? findWithdrawalRefusal(rules, project, merge.by) : undefined;
    const found: PlanFinding[] = refusal
      ? [{ ...base, severity: refusal.severity, message: `policy/withdrawal: ${refusal.message}`, fix }]
      : [];
    if (older.length === 0 || merge.by === undefined) return found;
    const why = merge.before
      ? "an earlier merge brought it, and no run hid it"
      : "without --merged-since it is not known whether this merge brought it";
    const message = `policy/withdrawal: only ${names} may withdraw from ${project}, and ${describe(older)} is not withdrawn: ${why}`;
    const next = merge.before ? fix : "Give the commit before the merge with --merged-since.";
    return [...found, { ...base, severity: "error", message, fix: next }];
  });
}

/** What names an artifact in entries. */
function namesOf({ kind, name, digest, tags }: Removal): string[] {
  if (kind === "tags") return tags.map((tag) => `${name}:${tag}`);
  return [kind === "file" ? name : imageKey(name, digest)];
}

function describe(removals: readonly Removal[]): string {
  const [first = "", ...others] = removals.flatMap(namesOf);
  return others.length === 0 ? first : `${first} (and ${formatCount(others.length, "other artifact")})`;
}
