import { isPublished, runsAtCloud } from "../redirector-placement";
import type { Rule } from "../rule";

/** A published zone has records. */
export const dnsNothingToPublish: Rule = {
  id: "dns/nothing-to-publish",
  severity: "error",
  reason:
    "The records point the hosts to the redirector at the clouds. If it only runs on your own machine, its address is unknown here, and the zone would be empty.",
  *check(draft) {
    if (runsAtCloud(draft) !== false || isPublished(draft) !== true) return;
    const message = "the zone would have no records: the redirector runs at no cloud (redirector.runs-at)";
    const fix =
      "Remove published-at and create the hosts' records at your own DNS provider, or add regions to runs-at.";
    yield { path: ["dns", "published-at"], target: "key", message, fix };
  },
};
