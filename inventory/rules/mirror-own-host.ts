import { mirrorUrlsOf } from "../mirror-urls";
import { ownHostOf } from "../own-host";
import type { Rule } from "../rule";

/** A mirror's host is not the redirector's own. */
export const mirrorOwnHost: Rule = {
  id: "mirror/own-host",
  severity: "error",
  reason: "A mirror at one of the redirector's own hosts would send clients back to it, in a loop.",
  *check(draft) {
    for (const { url, path } of mirrorUrlsOf(draft)) {
      const host = ownHostOf(draft, url);
      if (host === undefined) continue;
      yield { path, message: `${host} is the redirector itself`, fix: "Use the host that stores the files." };
    }
  },
};
