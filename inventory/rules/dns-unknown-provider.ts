import { itemsOf } from "../../document/draft";
import { nearest } from "../../document/nearest";
import { suggestWord } from "../../document/suggest-word";
import type { Rule } from "../rule";
import { runnableProviderFix, withoutZone } from "../runnable-providers";

/** The zone is published at providers of this inventory. */
export const dnsUnknownProvider: Rule = {
  id: "dns/unknown-provider",
  severity: "error",
  reason: "The provider's account is where the zone is made.",
  *check(draft) {
    const { providers } = draft;
    for (const [index, key] of itemsOf(draft.dns?.["published-at"])) {
      if (providers === undefined || key in providers) continue;
      const message = `there is no provider "${key}"${suggestWord(nearest(key, Object.keys(providers)))}`;
      const fix = runnableProviderFix(draft, withoutZone);
      yield { path: ["dns", "published-at", index], message, fix };
    }
  },
};
