import { membersOf } from "../../document/draft";
import { redirectorZone } from "../names";
import type { Rule } from "../rule";

/** Hosts do not use the redirector's own names. */
export const hostReserved: Rule = {
  id: "host/reserved",
  severity: "error",
  reason:
    "Names below `redirector.<zone>` point from hosts to the redirector at each provider; a host there would be a CNAME next to other records (RFC 1034, section 3.6.2).",
  *check(draft) {
    const zone = draft.dns?.zone;
    if (zone === undefined) return;
    const reserved = redirectorZone(zone);
    for (const [host] of membersOf(draft.hosts)) {
      if (host !== reserved && !host.endsWith(`.${reserved}`)) continue;
      const message = `${host} is reserved: the redirector uses ${reserved} and the names below it`;
      yield { path: ["hosts", host], target: "key", message, fix: `Use another host, such as registry.${zone}.` };
    }
  },
};
