import type { Verdict } from "../../promotion/policy/verdict";
import { formatTable } from "../text-table";

/** Characters of what a rule saw that are shown; the JSON has all. */
const mostSeen = 160;

/** Which rules looked at which artifact, and what they saw, for people. */
export function formatVerdicts(verdicts: readonly Verdict[] | undefined): string {
  if (!verdicts) return "policy: there is none, so nothing is refused\n";
  if (verdicts.length === 0) return "policy: no rule looked at anything\n";
  const rows = verdicts.map(({ artifact, rule, isAllowed, saw }) => {
    const shown = saw.length > mostSeen ? `${saw.slice(0, mostSeen)}…` : saw;
    return [artifact, rule, isAllowed ? "allowed" : "refused", shown];
  });
  return formatTable(["artifact", "rule", "verdict", "what it saw"], rows);
}
