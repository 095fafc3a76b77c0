import { isPublished, runsAtCloud } from "../redirector-placement";
import type { Rule } from "../rule";

/** If no provider publishes the zone, the records must be created by hand. */
export const dnsUnpublished: Rule = {
  id: "dns/unpublished",
  severity: "warning",
  reason:
    "A redirector at a cloud gets its certificates once the validation records are in the zone, and the hosts need records that point to it. If no provider publishes the zone, you must create them yourself.",
  *check(draft) {
    if (runsAtCloud(draft) !== true || isPublished(draft) !== false) return;
    const message = "no provider publishes the zone: certificates stay pending until you add their records yourself";
    const fix =
      "Add providers to published-at, or create the records from the outputs validations, addresses and targets (docs/deploy.md).";
    yield { path: ["dns"], target: "key", message, fix };
  },
};
