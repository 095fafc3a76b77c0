import type { FactsRule } from "../facts-rule";
import { findUnknownKeys } from "../unknown-keys";

/** The inventory has all hosts of deployed facts. A warning: a lost host must not block other changes. */
export const factsUnknownHost: FactsRule = {
  id: "facts/unknown-host",
  severity: "warning",
  reason: "These facts belong to a host that was removed from the inventory, or the name is misspelt.",
  check(facts, { inventory }) {
    return findUnknownKeys("host", facts, inventory);
  },
};
