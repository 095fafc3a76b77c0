import type { Destinations } from "../promoted";
import type { PlannedScope } from "./plan";
import { isDestination } from "./wanted-image";
import type { TargetHoldings } from "./world";

/**
 * Where an artifact goes, for the plan.
 *
 * @param targets all of its kind
 * @param isRead whether it is known what a target has of it
 */
export function createPlannedScope<T extends TargetHoldings>(
  destinations: Destinations,
  targets: readonly T[],
  isRead: (target: T) => boolean,
): PlannedScope {
  const wanted = targets.filter(({ mirror }) => isDestination(destinations, mirror));
  const unread = wanted.flatMap((target) => (isRead(target) ? [] : [target.name])).sort();
  const isLimited = wanted.length < targets.length;
  return {
    ...(isLimited && { destinations: [...new Set(wanted.map(({ mirror }) => mirror))].sort() }),
    ...(unread.length > 0 && { unread }),
  };
}
