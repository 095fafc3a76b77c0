import { parseCidr } from "../../networks/cidr";
import { specialUse, tooShort } from "../../networks/usable-prefix";
import type { Rule } from "./rule";
import { writtenPrefixesOf } from "./written-prefixes";

/** Clients on the internet have a provider's prefixes. */
export const networkSpecialPurpose: Rule = {
  id: "network/special-purpose",
  severity: "warning",
  reason:
    "No client on the internet has a private, reserved or multicast address (IANA's special-purpose registries): such a prefix is of use only where the redirector itself is inside that network.",
  *check(draft) {
    for (const { path, text } of writtenPrefixesOf(draft)) {
      const cidr = parseCidr(text);
      // A prefix that is too short holds something special, too, and that is not what is wrong with it.
      const problem = tooShort(cidr) === undefined ? specialUse(cidr) : undefined;
      if (problem === undefined) continue;
      yield { path, message: problem, wayOut: "Write the addresses with which these clients appear on the internet." };
    }
  },
};
