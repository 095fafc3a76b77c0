import { nearest } from "../../document/nearest";
import { suggestWord } from "../../document/suggest-word";
import type { Rule } from "../rule";
import { runnableProviderFix, withoutRedirector } from "../runnable-providers";

/** The redirector runs at providers of this inventory. */
export const redirectorUnknownProvider: Rule = {
  id: "redirector/unknown-provider",
  severity: "error",
  reason: "The provider's account is where the redirector is made.",
  *check(draft) {
    const { providers } = draft;
    for (const key of providers === undefined ? [] : Object.keys(draft.redirector?.["runs-at"] ?? {})) {
      if (providers === undefined || key in providers) continue;
      const message = `there is no provider "${key}"${suggestWord(nearest(key, Object.keys(providers)))}`;
      const fix = runnableProviderFix(draft, withoutRedirector);
      yield { path: ["redirector", "runs-at", key], target: "key", message, fix };
    }
  },
};
