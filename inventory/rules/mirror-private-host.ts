import { privateHost } from "../../networks/private-host";
import { hostOfUrl } from "../../networks/url-doubt";
import type { Rule } from "../rule";
import { mirrorUrlsOf } from "./mirror-urls";

/** Mirrors are on the public internet: clients are sent there, and the redirector itself asks them. */
export const mirrorPrivateHost: Rule = {
  id: "mirror/private-host",
  severity: "error",
  reason:
    "The redirector asks mirrors from inside a cloud's network, where loopback, private and metadata addresses lead to internal services. For clients, such addresses are in their own networks. `--allow-private-mirrors` allows them for trials.",
  *check(draft, { allowPrivateMirrors }) {
    if (allowPrivateMirrors) return;
    for (const { url, path } of mirrorUrlsOf(draft)) {
      const host = hostOfUrl(url);
      const why = host === undefined ? undefined : privateHost(host);
      if (why === undefined) continue;
      const fix = "Name a host on the public internet; for a trial, add --allow-private-mirrors to the command.";
      yield { path, message: `the host ${host} ${why}`, fix };
    }
  },
};
