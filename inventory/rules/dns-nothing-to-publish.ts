import { isPublished, runsAtCloud } from "./redirector-placement";
import type { Rule } from "./rule";

/** A zone is published for the sake of its records. */
export const dnsNothingToPublish: Rule = {
  id: "dns/nothing-to-publish",
  severity: "error",
  reason:
    "The records of the hosts lead to the redirector at the clouds; where it runs on a machine of your own only, nothing here knows its address, and the zone would be empty.",
  *check(draft) {
    if (runsAtCloud(draft) !== false || isPublished(draft) !== true) return;
    const message = "the zone would have no records: the redirector runs at no cloud (redirector.runs-at)";
    const wayOut =
      "Take published-at out, and write records of the hosts where the domain is served; or name regions in runs-at.";
    yield { path: ["dns", "published-at"], target: "key", message, wayOut };
  },
};
