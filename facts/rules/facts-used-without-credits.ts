import { membersOf } from "../../document/draft";
import type { FactsRule } from "../facts-rule";

/** What was used is only written of providers with credits. */
export const factsUsedWithoutCredits: FactsRule = {
  id: "facts/used-without-credits",
  severity: "warning",
  reason: "What was used is held against the monthly credits; a provider without credits has no limit to come to.",
  *check(facts, { inventory }) {
    const unlimited = inventory.providers.filter(({ credits }) => credits === undefined).map(({ key }) => key);
    for (const [key, { used }] of membersOf(facts)) {
      if (used === undefined || !unlimited.includes(key)) continue;
      yield {
        path: [key, "used"],
        target: "key",
        message: `the inventory has no credits of ${key}, against which this could be held`,
        fix: "Write its credits into the inventory, or take this out.",
      };
    }
  },
};
