import { isPublished, runsAtCloud } from "./redirector-placement";
import type { Rule } from "./rule";

/** Who publishes the zone elsewhere has records to write there. */
export const dnsUnpublished: Rule = {
  id: "dns/unpublished",
  severity: "warning",
  reason:
    "Where the redirector runs at a cloud, its certificates are issued once the validation records are in the zone, and hosts lead to it by records; where no provider publishes the zone, nobody but you can write them.",
  *check(draft) {
    if (runsAtCloud(draft) !== true || isPublished(draft) !== false) return;
    const message = "no provider publishes the zone: certificates wait until you have written their records by hand";
    const wayOut =
      "Name providers in published-at, or write the records of the outputs validations, addresses and targets (README, Deploying).";
    yield { path: ["dns"], target: "key", message, wayOut };
  },
};
