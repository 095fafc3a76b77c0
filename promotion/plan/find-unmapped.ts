import { formatCount } from "../../document/format-count";
import type { UnmappedDestination } from "../manifests/place-project";
import { unmappedFix } from "../manifests/unmapped-fix";
import type { PlanFinding } from "./plan";

/** The findings for destinations that manifests list and that are not mirrors: one for each destination, with the first place. */
export function findUnmapped(unmapped: readonly UnmappedDestination[]): PlanFinding[] {
  const byName = new Map<string, UnmappedDestination[]>();
  for (const each of unmapped) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  const sorted = [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([name, [first, ...others]]): PlanFinding[] => {
    if (!first) return [];
    const more = others.length === 0 ? "" : `, and ${formatCount(others.length, "more manifest")}`;
    const message = `nothing is promoted to ${name}, which ${first.project}${more} lists: it is not a mirror`;
    return [{ kind: "unmapped", severity: "error", project: first.project, message, fix: unmappedFix(name) }];
  });
}
