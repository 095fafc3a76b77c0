import type { ProjectPolicy } from "./policy";

/** A withdrawal that a policy does not allow, or that cannot be judged here. */
export interface WithdrawalRefusal {
  readonly severity: "error" | "warning";
  readonly message: string;
}

/**
 * Whether someone may withdraw. GitHub ignores the case of user names. Only GitHub knows who is in a team: where the policy names
 * teams, `CODEOWNERS` has to enforce it, and the warning says so.
 *
 * @param mergedBy the GitHub user who merged the withdrawal; undefined if it is not known
 * @returns undefined if it is allowed
 */
export function findWithdrawalRefusal(
  { withdrawal }: ProjectPolicy,
  project: string,
  mergedBy: string | undefined,
): WithdrawalRefusal | undefined {
  if (!withdrawal) return undefined;
  const names = withdrawal.join(", ");
  if (mergedBy === undefined) {
    const message = `only ${names} may withdraw from ${project}, and it is not known who merged this`;
    return { severity: "error", message };
  }
  if (withdrawal.some((name) => name.toLowerCase() === mergedBy.toLowerCase())) return undefined;
  const teams = withdrawal.filter((name) => name.includes("/"));
  if (teams.length === 0) {
    return { severity: "error", message: `${mergedBy} may not withdraw from ${project}: only ${names} may` };
  }
  const message = `only ${names} may withdraw from ${project}; whether ${mergedBy} is in ${teams.join(" or ")} is not known here`;
  return { severity: "warning", message };
}
