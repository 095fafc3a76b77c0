import { matchesPattern } from "./matches-pattern";
import type { Finding, Waiver } from "./waiver";

/** What is left of a check of all stacks. */
export interface Waived {
  /** Findings that no waiver covers. */
  readonly open: readonly Finding[];
  /** The numbers of findings that waivers cover, by the id of the check. */
  readonly waived: ReadonlyMap<string, number>;
  /** Waivers, or parts of waivers, that cover nothing: an id and a pattern. */
  readonly unneeded: readonly string[];
}

/** Covers findings with waivers. Every pair of id and pattern must cover something, so that none outlives its reason. */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[]): Waived {
  const pairs = waivers.flatMap(({ ids, resources }) =>
    ids.flatMap((id) => resources.map((pattern) => ({ id, pattern, covered: new Set<Finding>() }))),
  );
  const open: Finding[] = [];
  const waived = new Map<string, number>();
  for (const finding of findings) {
    const matching = pairs.filter(({ id, pattern }) => id === finding.id && matchesPattern(pattern, finding.resource));
    for (const { covered } of matching) covered.add(finding);
    if (matching.length === 0) open.push(finding);
    else waived.set(finding.id, (waived.get(finding.id) ?? 0) + 1);
  }
  const unneeded = pairs.filter(({ covered }) => covered.size === 0).map(({ id, pattern }) => `${id} ${pattern}`);
  return { open, waived, unneeded };
}
