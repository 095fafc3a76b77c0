import { itemsOf, membersOf } from "../../document/draft";
import { findRegionStanding } from "../find-region-standing";
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
        const standing = findRegionStanding(cloud, region);
        if (standing.kind === "public") continue;
        const hint = standing.kind === "unknown" ? standing.hint : `; it belongs to ${standing.partition}`;
        const message = `"${region}" is not a region that an ordinary ${cloud} account can use${hint}`;
        const fix = "Write the region's id as the cloud spells it.";
        yield { path: ["redirector", "runs-at", key, index], message, fix };
      }
    }
  },
};
