import { itemsOf } from "../../document/draft";
import { cloudMirrorsOf } from "../draft";
import { type Cloud, regions } from "../region";
import { regionStanding } from "../region-standing";
import type { Rule } from "../rule";

/** `serves` names regions that there are. */
export const mirrorServesUnknownRegion: Rule = {
  id: "mirror/serves-unknown-region",
  severity: "error",
  reason: "A region that does not exist has no clients, so a misspelling would silently send its clients elsewhere.",
  *check(draft) {
    for (const { provider, mirror, mirrorPath } of cloudMirrorsOf(draft)) {
      for (const [index, served] of itemsOf(mirror.serves)) {
        const doubt = servedDoubt(provider.cloud, served);
        const fix = "Name regions of this cloud, or the beginning of some with a final `*`.";
        if (doubt !== undefined) yield { path: [...mirrorPath, "serves", index], message: doubt, fix };
      }
    }
  },
};

function servedDoubt(cloud: Cloud, served: string): string | undefined {
  if (served.endsWith("*")) {
    const start = served.slice(0, -1);
    const fits = regions.some((region) => region.cloud === cloud && region.region.startsWith(start));
    return fits ? undefined : `no region of ${cloud} begins with "${start}"`;
  }
  const standing = regionStanding(cloud, served);
  return standing.kind === "unknown" ? `"${served}" is no region of ${cloud}${standing.hint}` : undefined;
}
