import { findNearest } from "../../document/find-nearest";
import { suggestWord } from "../../document/suggest-word";
import { cloudProvidersOf } from "../draft";
import { stagingAreasOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** Staging areas are at providers at a cloud. */
export const stagingUnknownProvider: Rule = {
  id: "staging/unknown-provider",
  severity: "error",
  reason: "A staging area is created in the account of a provider at Google, AWS or Azure.",
  *check(draft) {
    const { providers } = draft;
    if (providers === undefined) return;
    for (const { area, path } of stagingAreasOf(draft)) {
      const { provider: key } = area;
      if (key === undefined) continue;
      const clouds = cloudProvidersOf(draft).map((place) => place.key);
      const fix = clouds.length === 0 ? "Add a provider at a cloud." : `Write ${clouds.join(" or ")}.`;
      if (!(key in providers)) {
        const message = `there is no provider "${key}"${suggestWord(findNearest(key, Object.keys(providers)))}`;
        yield { path: [...path, "provider"], message, fix };
      } else if (providers[key]?.cloud === "external") {
        yield { path: [...path, "provider"], message: `nothing can be created at ${key}, which is external`, fix };
      }
    }
  },
};
