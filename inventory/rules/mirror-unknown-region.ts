import { cloudMirrorsOf } from "../draft";
import { regionStanding } from "../region-standing";
import type { Rule } from "../rule";

/** A mirror at a cloud is in one of its regions. */
export const mirrorUnknownRegion: Rule = {
  id: "mirror/unknown-region",
  severity: "error",
  reason: "A mirror's key is the region in which it is made, as the cloud spells it (`inventory/regions.json`).",
  *check(draft) {
    for (const { provider, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      const standing = regionStanding(provider.cloud, mirrorKey);
      if (standing.kind !== "unknown") continue;
      const message = `"${mirrorKey}" is no region of ${provider.cloud}${standing.hint}`;
      yield { path: mirrorPath, target: "key", message, fix: "Write the region's id as the cloud spells it." };
    }
  },
};
