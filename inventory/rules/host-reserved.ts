import { membersOf } from "../../document/draft";
import { redirectorZone } from "../names";
import type { Rule } from "../rule";

/** Hosts leave the redirector's own names alone. */
export const hostReserved: Rule = {
  id: "host/reserved",
  severity: "error",
  reason:
    "Names below `redirector.<zone>` lead from hosts to the redirector at each provider; a host there would be a CNAME beside other records (RFC 1034, section 3.6.2).",
  *check(draft) {
    const zone = draft.dns?.zone;
    if (zone === undefined) return;
    const reserved = redirectorZone(zone);
    for (const [host] of membersOf(draft.hosts)) {
      if (host !== reserved && !host.endsWith(`.${reserved}`)) continue;
      const message = `${host} is among the redirector's own names, ${reserved}`;
      yield { path: ["hosts", host], target: "key", message, fix: `Name another host, as registry.${zone}.` };
    }
  },
};
