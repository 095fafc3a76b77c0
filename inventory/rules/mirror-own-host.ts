import { hostOfUrl } from "../../networks/url-doubt";
import { membersOf } from "../draft";
import { redirectorZone } from "../names";
import { mirrorUrlsOf } from "./mirror-urls";
import type { Rule } from "./rule";

/** A mirror is somewhere else than the redirector. */
export const mirrorOwnHost: Rule = {
  id: "mirror/own-host",
  severity: "error",
  reason: "A mirror with a host of the redirector's own would send clients back to it, in circles.",
  *check(draft) {
    const hosts = new Set(membersOf(draft.hosts).map(([name]) => name));
    const zone = draft.dns?.zone === undefined ? undefined : redirectorZone(draft.dns.zone);
    for (const { url, path } of mirrorUrlsOf(draft)) {
      const host = hostOfUrl(url)?.toLowerCase();
      if (host === undefined) continue;
      const isOurs = hosts.has(host) || (zone !== undefined && (host === zone || host.endsWith(`.${zone}`)));
      if (!isOurs) continue;
      yield { path, message: `${host} is the redirector itself`, wayOut: "Name the host that holds the files." };
    }
  },
};
