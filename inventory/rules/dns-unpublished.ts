import type { Rule } from "../rule";
import { isPublished, runsAtCloud } from "./redirector-placement";

/** If no provider publishes the zone, the records must be written by hand. */
export const dnsUnpublished: Rule = {
  id: "dns/unpublished",
  severity: "warning",
  reason:
    "A redirector at a cloud gets its certificates once the validation records are in the zone, and the hosts need records that point to it. If no provider publishes the zone, only you can write them.",
  *check(draft) {
    if (runsAtCloud(draft) !== true || isPublished(draft) !== false) return;
    const message = "no provider publishes the zone: certificates wait until you write their records by hand";
    const fix =
      "Name providers in published-at, or write the records of the outputs validations, addresses and targets (docs/deploying.md).";
    yield { path: ["dns"], target: "key", message, fix };
  },
};
