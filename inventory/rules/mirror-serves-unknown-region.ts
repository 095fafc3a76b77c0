import { itemsOf } from "../../document/draft";
import { cloudMirrorsOf } from "../draft";
import { findRegionStanding } from "../find-region-standing";
import { type Cloud, regions } from "../region";
import type { Rule } from "../rule";

/** `serves` names existing regions. */
export const mirrorServesUnknownRegion: Rule = {
  id: "mirror/serves-unknown-region",
  severity: "error",
  reason: "A region that does not exist has no clients, so a misspelling would silently send its clients elsewhere.",
  *check(draft) {
    for (const { provider, mirror, mirrorPath } of cloudMirrorsOf(draft)) {
      for (const [index, served] of itemsOf(mirror.serves)) {
        const message = findServedProblem(provider.cloud, served);
        const fix = "Use regions of this cloud, or a prefix with a final `*`.";
        if (message !== undefined) yield { path: [...mirrorPath, "serves", index], message, fix };
      }
    }
  },
};

function findServedProblem(cloud: Cloud, served: string): string | undefined {
  if (served.endsWith("*")) {
    const start = served.slice(0, -1);
    const fits = regions.some((region) => region.cloud === cloud && region.region.startsWith(start));
    return fits ? undefined : `no ${cloud} region begins with "${start}"`;
  }
  const standing = findRegionStanding(cloud, served);
  return standing.kind === "unknown" ? `"${served}" is not a region of ${cloud}${standing.hint}` : undefined;
}
