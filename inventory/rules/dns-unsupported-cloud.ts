import { itemsOf } from "../../document/draft";
import type { Rule } from "../rule";
import { suggestRunnableProviders, withoutZone } from "../suggest-runnable-providers";

/** The zone is published where this project can create it. */
export const dnsUnsupportedCloud: Rule = {
  id: "dns/unsupported-cloud",
  severity: "error",
  reason: "Zones can only be created at Google (Cloud DNS) and AWS (Route 53).",
  *check(draft) {
    for (const [index, key] of itemsOf(draft.dns?.["published-at"])) {
      const cloud = draft.providers?.[key]?.cloud;
      if (cloud !== "azure" && cloud !== "external") continue;
      const message = `a zone cannot be created at ${key}, whose cloud is ${cloud}`;
      const fix = suggestRunnableProviders(draft, withoutZone);
      yield { path: ["dns", "published-at", index], message, fix };
    }
  },
};
