import { itemsOf } from "../../document/draft";
import { checkPrefix } from "../check-prefix";
import { clientListsOf } from "../draft";
import type { Rule } from "../rule";

/** Prefixes are written as they are meant. */
export const networkBadPrefix: Rule = {
  id: "network/bad-prefix",
  severity: "error",
  reason: "A prefix with host bits set (192.0.2.1/24) is a slip: one tool takes the network, another the address.",
  *check(draft) {
    for (const { path, entries } of clientListsOf(draft)) {
      for (const [index, entry] of entries) {
        for (const [item, text] of "prefixes" in entry ? itemsOf(entry.prefixes) : []) {
          const problem = checkPrefix(text);
          if (problem !== undefined) yield { path: [...path, index, "prefixes", item], ...problem };
        }
      }
    }
  },
};
