import { parseCidr } from "../../networks/cidr";
import { describeShortPrefix, shortestLengths } from "../../networks/usable-prefix";
import type { Rule } from "../rule";
import { writtenPrefixesOf } from "../written-prefixes";

/** A provider's prefixes have a plausible length. */
export const networkTooShort: Rule = {
  id: "network/too-short",
  severity: "error",
  reason: `A default route, or a prefix shorter than /${shortestLengths[32]} (IPv4) or /${shortestLengths[128]} (IPv6), does not belong to a single provider: it would claim other providers' clients.`,
  *check(draft) {
    for (const { path, text } of writtenPrefixesOf(draft)) {
      const problem = describeShortPrefix(parseCidr(text));
      if (problem === undefined) continue;
      yield {
        path,
        message: `${problem}: no provider has a network that large`,
        fix: "Use the provider's actual prefixes.",
      };
    }
  },
};
