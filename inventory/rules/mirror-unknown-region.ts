import { cloudMirrorsOf } from "../draft";
import { findRegionStanding } from "../find-region-standing";
import type { Rule } from "../rule";

/** A mirror at a cloud is in one of the cloud's regions. */
export const mirrorUnknownRegion: Rule = {
  id: "mirror/unknown-region",
  severity: "error",
  reason: "A mirror's key is its region's id, as the cloud spells it (`inventory/regions.json`).",
  *check(draft) {
    for (const { provider, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      const standing = findRegionStanding(provider.cloud, mirrorKey);
      if (standing.kind !== "unknown") continue;
      const message = `"${mirrorKey}" is not a region of ${provider.cloud}${standing.hint}`;
      yield { path: mirrorPath, target: "key", message, fix: "Write the region's id as the cloud spells it." };
    }
  },
};
