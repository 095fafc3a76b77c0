import { parseCidr } from "../../networks/cidr";
import { shortestLengths, tooShort } from "../../networks/usable-prefix";
import type { Rule } from "../rule";
import { writtenPrefixesOf } from "../written-prefixes";

/** A provider's prefix is no larger than one network can be. */
export const networkTooShort: Rule = {
  id: "network/too-short",
  severity: "error",
  reason: `A default route, or a prefix shorter than /${shortestLengths[32]} (IPv4) or /${shortestLengths[128]} (IPv6), belongs to no single provider: it would take the others' clients.`,
  *check(draft) {
    for (const { path, text } of writtenPrefixesOf(draft)) {
      const problem = tooShort(parseCidr(text));
      if (problem === undefined) continue;
      yield {
        path,
        message: `${problem}: no provider has that many clients of its own`,
        fix: "Write the prefixes that the provider has.",
      };
    }
  },
};
