import type { Plan } from "../plan/plan";
import { targetName } from "../plan/target-name";
import type { Target } from "../targets/target";

/** The names of stores that could not be opened, so that they are findings of the plan, and not targets of the run. */
export function findClosedTargets(targets: readonly Target[], { findings }: Plan): string[] {
  const opened = new Set(targets.map(targetName));
  return findings.flatMap(({ kind, target }) =>
    kind === "unreachable" && target !== undefined && !opened.has(target) ? [target] : [],
  );
}
