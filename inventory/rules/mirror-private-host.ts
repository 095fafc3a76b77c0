import { privateHost } from "../../networks/private-host";
import { hostOfUrl } from "../../networks/url-doubt";
import { mirrorUrlsOf } from "./mirror-urls";
import type { Rule } from "./rule";

/** Clients, and the redirector itself, are sent to hosts of the public internet only. */
export const mirrorPrivateHost: Rule = {
  id: "mirror/private-host",
  severity: "error",
  reason:
    "The redirector asks mirrors from inside a cloud's network, where loopback, private and metadata addresses lead to what is not meant for strangers; clients are in networks of their own. For trials, `--allow-private-mirrors` lets them pass.",
  *check(draft, { allowPrivateMirrors }) {
    if (allowPrivateMirrors) return;
    for (const { url, path } of mirrorUrlsOf(draft)) {
      const host = hostOfUrl(url);
      const why = host === undefined ? undefined : privateHost(host);
      if (why === undefined) continue;
      const wayOut = "Name a host of the public internet; for a trial, add --allow-private-mirrors to the command.";
      yield { path, message: `the host ${host} ${why}`, wayOut };
    }
  },
};
