import { parseCidr } from "../../networks/cidr";
import { describeShortPrefix, describeSpecialUse } from "../../networks/usable-prefix";
import type { Rule } from "../rule";
import { writtenPrefixesOf } from "../written-prefixes";

/** A provider's prefixes are public. */
export const networkSpecialPurpose: Rule = {
  id: "network/special-purpose",
  severity: "warning",
  reason:
    "No client on the internet has a private, reserved or multicast address (IANA's special-purpose registries): such a prefix only helps if the redirector itself is inside that network.",
  *check(draft) {
    for (const { path, text } of writtenPrefixesOf(draft)) {
      const cidr = parseCidr(text);
      // A prefix that is too short contains special-purpose addresses too, but its length is the real problem.
      const problem = describeShortPrefix(cidr) === undefined ? describeSpecialUse(cidr) : undefined;
      if (problem === undefined) continue;
      yield { path, message: problem, fix: "Use the clients' public addresses." };
    }
  },
};
