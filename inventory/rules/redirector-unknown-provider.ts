import { findNearest } from "../../document/find-nearest";
import { suggestWord } from "../../document/suggest-word";
import type { Rule } from "../rule";
import { suggestRunnableProviders, withoutRedirector } from "../suggest-runnable-providers";

/** The redirector runs at providers of this inventory. */
export const redirectorUnknownProvider: Rule = {
  id: "redirector/unknown-provider",
  severity: "error",
  reason: "The redirector is deployed in the provider's account.",
  *check(draft) {
    const { providers } = draft;
    for (const key of providers === undefined ? [] : Object.keys(draft.redirector?.["runs-at"] ?? {})) {
      if (providers === undefined || key in providers) continue;
      const message = `there is no provider "${key}"${suggestWord(findNearest(key, Object.keys(providers)))}`;
      const fix = suggestRunnableProviders(draft, withoutRedirector);
      yield { path: ["redirector", "runs-at", key], target: "key", message, fix };
    }
  },
};
