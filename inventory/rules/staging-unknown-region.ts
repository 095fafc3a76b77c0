import { findRegionProblem, regionFix } from "../find-region-problem";
import { stagingAreasOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** Staging areas are in regions of their provider's cloud. */
export const stagingUnknownRegion: Rule = {
  id: "staging/unknown-region",
  severity: "error",
  reason: "A staging area is created in one region, so the account must have access to it.",
  *check(draft) {
    for (const { area, path } of stagingAreasOf(draft)) {
      const cloud = draft.providers?.[area.provider ?? ""]?.cloud;
      if (cloud === undefined || cloud === "external" || area.region === undefined) continue;
      const message = findRegionProblem(cloud, area.region);
      if (message !== undefined) yield { path: [...path, "region"], message, fix: regionFix };
    }
  },
};
