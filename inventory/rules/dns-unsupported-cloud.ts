import { itemsOf } from "../../document/draft";
import type { Rule } from "../rule";
import { runnableProviderFix, withoutZone } from "../runnable-providers";

/** The zone is published where this project can make it. */
export const dnsUnsupportedCloud: Rule = {
  id: "dns/unsupported-cloud",
  severity: "error",
  reason: "Zones are made at Google (Cloud DNS) and AWS (Route 53) only.",
  *check(draft) {
    for (const [index, key] of itemsOf(draft.dns?.["published-at"])) {
      const cloud = draft.providers?.[key]?.cloud;
      if (cloud !== "azure" && cloud !== "external") continue;
      const message = `a zone cannot be made at ${key}: its cloud is ${cloud}`;
      const fix = runnableProviderFix(draft, withoutZone);
      yield { path: ["dns", "published-at", index], message, fix };
    }
  },
};
