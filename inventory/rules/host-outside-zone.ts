import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** Hosts are below the zone. */
export const hostOutsideZone: Rule = {
  id: "host/outside-zone",
  severity: "error",
  reason: "Records can only be created below the zone; the zone apex cannot have a CNAME (RFC 1034, section 3.6.2).",
  *check(draft) {
    const zone = draft.dns?.zone;
    for (const [host] of zone === undefined ? [] : membersOf(draft.hosts)) {
      if (host.endsWith(`.${zone}`)) continue;
      const message = host === zone ? `${host} is the zone itself` : `${host} is not in the zone ${zone}`;
      yield { path: ["hosts", host], target: "key", message, fix: `Use a host below it, such as registry.${zone}.` };
    }
  },
};
