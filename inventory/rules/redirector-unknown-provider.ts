import { nearest } from "../nearest";
import type { Rule } from "./rule";

/** The redirector runs at providers of this inventory. */
export const redirectorUnknownProvider: Rule = {
  id: "redirector/unknown-provider",
  severity: "error",
  reason: "The provider's account is where the redirector is made.",
  *check(draft) {
    const { providers } = draft;
    for (const key of providers === undefined ? [] : Object.keys(draft.redirector?.["runs-at"] ?? {})) {
      if (providers === undefined || key in providers) continue;
      const meant = nearest(key, Object.keys(providers));
      const message = `there is no provider "${key}"${meant === undefined ? "" : `; did you mean ${meant}?`}`;
      const wayOut = "Name a provider of this file at Google or AWS.";
      yield { path: ["redirector", "runs-at", key], target: "key", message, wayOut };
    }
  },
};
