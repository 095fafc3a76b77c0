import { itemsOf } from "../../document/draft";
import type { Rule } from "../rule";

/** Mutable names are exceptions. */
export const promotionMutableEverything: Rule = {
  id: "promotion/mutable-everything",
  severity: "error",
  reason: "Promotion refuses to move a tag or to replace a file; a pattern of `*` alone would allow it everywhere.",
  *check({ promotion }) {
    for (const [index, pattern] of itemsOf(promotion?.mutable)) {
      if (!/^[*/]+(:\*+)?$/.test(pattern)) continue;
      const message = `${JSON.stringify(pattern)} matches every name`;
      yield { path: ["promotion", "mutable", index], message, fix: "Write the names that may change: stable.txt" };
    }
  },
};
