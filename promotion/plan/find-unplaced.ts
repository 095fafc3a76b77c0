import type { UnplacedStore } from "../targets/store-place";
import type { PlanFinding } from "./plan";
import { targetName } from "./target-name";

/** The findings for stores that promotion cannot fill or verify. A release waits for those that the run should write to. */
export function findUnplaced(unplaced: readonly UnplacedStore[]): PlanFinding[] {
  return unplaced.map(({ mirror, kind, filling, message, fix }) => {
    const target = targetName({ mirror, kind });
    const wait =
      filling === "run"
        ? " Until then, a release waits for it if promotion.require includes it, as its default `all` does."
        : "";
    return {
      kind: "unreachable",
      severity: "warning",
      target,
      message: `${target}: ${message}`,
      fix: `${fix}${wait}`,
    };
  });
}
