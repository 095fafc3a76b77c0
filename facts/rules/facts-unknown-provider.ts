import type { FactsRule } from "../facts-rule";
import { findUnknownKeys } from "../unknown-keys";

/** The inventory has every provider that facts name. The loss of one must not keep the others from being changed. */
export const factsUnknownProvider: FactsRule = {
  id: "facts/unknown-provider",
  severity: "warning",
  reason: "Deployed facts of a provider that the inventory does not have are left over from one, or misspelt.",
  check(facts, { inventory }) {
    return findUnknownKeys("provider", facts, inventory);
  },
};
