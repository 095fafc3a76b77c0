import type { Rule } from "../rule";
import { suggestRunnableProviders, withoutRedirector } from "../suggest-runnable-providers";

/** The redirector runs at supported clouds. */
export const redirectorUnsupportedCloud: Rule = {
  id: "redirector/unsupported-cloud",
  severity: "error",
  reason: "The redirector can only be deployed at Google (Cloud Run) and AWS (Lambda); elsewhere, run it yourself.",
  *check(draft) {
    for (const key of Object.keys(draft.redirector?.["runs-at"] ?? {})) {
      const cloud = draft.providers?.[key]?.cloud;
      if (cloud !== "azure" && cloud !== "external") continue;
      const message = `the redirector cannot be deployed at ${key}, whose cloud is ${cloud}`;
      const fix = suggestRunnableProviders(draft, withoutRedirector);
      yield { path: ["redirector", "runs-at", key], target: "key", message, fix };
    }
  },
};
