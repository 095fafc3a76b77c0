import { describePrivateHost } from "../../networks/describe-private-host";
import { hostOfUrl } from "../../networks/find-url-problem";
import { mirrorUrlsOf } from "../mirror-urls";
import type { Rule } from "../rule";

/** Mirrors are on the public internet: clients are sent there, and the redirector probes them. */
export const mirrorPrivateHost: Rule = {
  id: "mirror/private-host",
  severity: "error",
  reason:
    "The redirector probes mirrors from inside a cloud's network, where loopback, private and metadata addresses lead to internal services. Clients would be sent into their own networks. `--allow-private-mirrors` allows them for trials.",
  *check(draft, { allowPrivateMirrors }) {
    if (allowPrivateMirrors) return;
    for (const { url, path } of mirrorUrlsOf(draft)) {
      const host = hostOfUrl(url);
      const why = host === undefined ? undefined : describePrivateHost(host);
      if (why === undefined) continue;
      const fix = "Use a host on the public internet; for a trial, add --allow-private-mirrors to the command.";
      yield { path, message: `the host ${host} ${why}`, fix };
    }
  },
};
