import { itemsOf } from "../../document/draft";
import { providersOf } from "../draft";
import { regionStanding } from "../region-standing";
import type { Rule } from "../rule";

/** The region of a provider's own prefixes is one of its cloud's. */
export const networkUnknownRegion: Rule = {
  id: "network/unknown-region",
  severity: "error",
  reason: "A region decides which mirror is nearest; one that the cloud does not have is near nothing.",
  *check(draft) {
    for (const { provider, path } of providersOf(draft)) {
      const { cloud } = provider;
      for (const [index, network] of itemsOf(provider.networks)) {
        const region = "region" in network ? network.region : undefined;
        if (cloud === undefined || region === undefined) continue;
        const at = [...path, "networks", index, "region"];
        if (cloud === "external") {
          yield { path: at, message: "an external provider has no regions", fix: "Take it out." };
          continue;
        }
        const standing = regionStanding(cloud, region);
        if (standing.kind !== "unknown") continue;
        const message = `"${region}" is no region of ${cloud}${standing.hint}`;
        yield { path: at, message, fix: "Write the region's id as the cloud spells it." };
      }
    }
  },
};
