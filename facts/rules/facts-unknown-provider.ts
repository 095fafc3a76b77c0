import type { FactsRule } from "../facts-rule";
import { findUnknownKeys } from "../unknown-keys";

/** The inventory has all providers of deployed facts. A warning: a lost provider must not block other changes. */
export const factsUnknownProvider: FactsRule = {
  id: "facts/unknown-provider",
  severity: "warning",
  reason: "These facts belong to a provider that was removed from the inventory, or the name is misspelt.",
  check(facts, { inventory }) {
    return findUnknownKeys("provider", facts, inventory);
  },
};
