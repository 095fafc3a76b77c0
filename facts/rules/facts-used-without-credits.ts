import { membersOf } from "../../document/draft";
import type { FactsRule } from "../facts-rule";

/** Only providers with credits have `used`. */
export const factsUsedWithoutCredits: FactsRule = {
  id: "facts/used-without-credits",
  severity: "warning",
  reason: "`used` is compared with the monthly credits; a provider without credits has no limit.",
  *check(facts, { inventory }) {
    const unlimited = inventory.providers.filter(({ credits }) => credits === undefined).map(({ key }) => key);
    for (const [key, { used }] of membersOf(facts)) {
      if (used === undefined || !unlimited.includes(key)) continue;
      yield {
        path: [key, "used"],
        target: "key",
        message: `${key} has no credits in the inventory to compare this with`,
        fix: "Add its credits to the inventory, or remove this.",
      };
    }
  },
};
