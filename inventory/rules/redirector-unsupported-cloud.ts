import type { Rule } from "../rule";
import { runnableProviderFix, withoutRedirector } from "../runnable-providers";

/** The redirector runs where this project can make it run. */
export const redirectorUnsupportedCloud: Rule = {
  id: "redirector/unsupported-cloud",
  severity: "error",
  reason: "The redirector is made at Google (Cloud Run) and AWS (Lambda) only; elsewhere it can be run by hand.",
  *check(draft) {
    for (const key of Object.keys(draft.redirector?.["runs-at"] ?? {})) {
      const cloud = draft.providers?.[key]?.cloud;
      if (cloud !== "azure" && cloud !== "external") continue;
      const message = `the redirector cannot be made at ${key}: its cloud is ${cloud}`;
      const fix = runnableProviderFix(draft, withoutRedirector);
      yield { path: ["redirector", "runs-at", key], target: "key", message, fix };
    }
  },
};
