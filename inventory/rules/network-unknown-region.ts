import { itemsOf } from "../../document/draft";
import { providersOf } from "../draft";
import { findRegionStanding } from "../find-region-standing";
import type { Rule } from "../rule";

/** The region of a provider's own prefixes is one of its cloud's regions. */
export const networkUnknownRegion: Rule = {
  id: "network/unknown-region",
  severity: "error",
  reason: "A region decides which mirror is nearest; an unknown region has no location.",
  *check(draft) {
    for (const { provider, path } of providersOf(draft)) {
      const { cloud } = provider;
      for (const [index, network] of itemsOf(provider.networks)) {
        const region = "region" in network ? network.region : undefined;
        if (cloud === undefined || region === undefined) continue;
        const at = [...path, "networks", index, "region"];
        if (cloud === "external") {
          yield { path: at, message: "an external provider has no regions", fix: "Remove it." };
          continue;
        }
        const standing = findRegionStanding(cloud, region);
        if (standing.kind !== "unknown") continue;
        const message = `"${region}" is not a region of ${cloud}${standing.hint}`;
        yield { path: at, message, fix: "Write the region's id as the cloud spells it." };
      }
    }
  },
};
