import { itemsOf, membersOf } from "../../document/draft";
import { findRegionProblem, regionFix } from "../find-region-problem";
import type { Rule } from "../rule";

/** The redirector runs in regions of the provider's cloud. */
export const redirectorUnknownRegion: Rule = {
  id: "redirector/unknown-region",
  severity: "error",
  reason: "The redirector is deployed in each region, so the account must have access to it.",
  *check(draft) {
    for (const [key, named] of membersOf(draft.redirector?.["runs-at"])) {
      const cloud = draft.providers?.[key]?.cloud;
      if (cloud !== "google" && cloud !== "aws") continue;
      for (const [index, region] of itemsOf(named)) {
        const message = findRegionProblem(cloud, region);
        if (message !== undefined) yield { path: ["redirector", "runs-at", key, index], message, fix: regionFix };
      }
    }
  },
};
