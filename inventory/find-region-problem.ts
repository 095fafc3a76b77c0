import { findRegionStanding } from "./find-region-standing";
import type { Cloud } from "./region";

/** Why an ordinary account at a cloud cannot use a region, as a message; undefined if it can. */
export function findRegionProblem(cloud: Cloud, region: string): string | undefined {
  const standing = findRegionStanding(cloud, region);
  if (standing.kind === "public") return undefined;
  const hint = standing.kind === "unknown" ? standing.hint : `; it belongs to ${standing.partition}`;
  return `"${region}" is not a region that an ordinary ${cloud} account can use${hint}`;
}

/** The fix for such a region. */
export const regionFix = "Write the region's id as the cloud spells it.";
