import type { Target } from "../targets/target";
import type { FilePlan, ImagePlan } from "./plan";
import { targetName } from "./target-name";

/**
 * Whether the origin lacks nothing of a planned artifact, so that clients get it already: only other mirrors lack it.
 *
 * @param kind of the origin's targets
 */
export function isReleased(
  { destinations, unread = [], missing }: ImagePlan | FilePlan,
  kind: "registry" | "files",
  targets: readonly Target[],
): boolean {
  const lacking = new Set(missing.map((each) => (typeof each === "string" ? each : each.target)));
  const origins = targets.filter((target) => target.isOrigin && target.kind === kind);
  return (
    origins.length > 0 &&
    origins.every((origin) => {
      const name = targetName(origin);
      return (destinations?.includes(origin.mirror) ?? true) && !lacking.has(name) && !unread.includes(name);
    })
  );
}
