import { itemsOf } from "../../document/draft";
import { clientListsOf } from "../draft";
import { findPrefixProblem } from "../find-prefix-problem";
import type { Rule } from "../rule";

/** Prefixes have no host bits. */
export const networkBadPrefix: Rule = {
  id: "network/bad-prefix",
  severity: "error",
  reason: "A prefix with host bits set (192.0.2.1/24) is a mistake: some tools use the network, others the address.",
  *check(draft) {
    for (const { path, entries } of clientListsOf(draft)) {
      for (const [index, entry] of entries) {
        for (const [item, text] of "prefixes" in entry ? itemsOf(entry.prefixes) : []) {
          const problem = findPrefixProblem(text);
          if (problem !== undefined) yield { path: [...path, index, "prefixes", item], ...problem };
        }
      }
    }
  },
};
