import { itemsOf } from "../../document/draft";
import { findNearest } from "../../document/find-nearest";
import { suggestWord } from "../../document/suggest-word";
import type { Rule } from "../rule";
import { suggestRunnableProviders, withoutZone } from "../suggest-runnable-providers";

/** The zone is published at providers of this inventory. */
export const dnsUnknownProvider: Rule = {
  id: "dns/unknown-provider",
  severity: "error",
  reason: "The zone is created in the provider's account.",
  *check(draft) {
    const { providers } = draft;
    for (const [index, key] of itemsOf(draft.dns?.["published-at"])) {
      if (providers === undefined || key in providers) continue;
      const message = `there is no provider "${key}"${suggestWord(findNearest(key, Object.keys(providers)))}`;
      const fix = suggestRunnableProviders(draft, withoutZone);
      yield { path: ["dns", "published-at", index], message, fix };
    }
  },
};
