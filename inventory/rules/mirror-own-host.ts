import { mirrorUrlsOf } from "./mirror-urls";
import { ownHostOf } from "./own-host";
import type { Rule } from "./rule";

/** A mirror is somewhere else than the redirector. */
export const mirrorOwnHost: Rule = {
  id: "mirror/own-host",
  severity: "error",
  reason: "A mirror with a host of the redirector's own would send clients back to it, in circles.",
  *check(draft) {
    for (const { url, path } of mirrorUrlsOf(draft)) {
      const host = ownHostOf(draft, url);
      if (host === undefined) continue;
      yield { path, message: `${host} is the redirector itself`, wayOut: "Name the host that holds the files." };
    }
  },
};
