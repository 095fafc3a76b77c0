import type { Rule } from "../rule";
import { isPublished, runsAtCloud } from "./redirector-placement";

/** A published zone has records. */
export const dnsNothingToPublish: Rule = {
  id: "dns/nothing-to-publish",
  severity: "error",
  reason:
    "The records point the hosts to the redirector at the clouds. If it only runs on a machine of your own, its address is not known here, and the zone would be empty.",
  *check(draft) {
    if (runsAtCloud(draft) !== false || isPublished(draft) !== true) return;
    const message = "the zone would have no records: the redirector runs at no cloud (redirector.runs-at)";
    const fix =
      "Remove published-at, and write the hosts' records at your own DNS provider; or name regions in runs-at.";
    yield { path: ["dns", "published-at"], target: "key", message, fix };
  },
};
