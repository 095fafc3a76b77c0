import type { FactsRule } from "../facts-rule";
import { findUnknownKeys } from "../unknown-keys";

/** The inventory has every host that facts name. The loss of one must not keep the others from being changed. */
export const factsUnknownHost: FactsRule = {
  id: "facts/unknown-host",
  severity: "warning",
  reason: "Deployed facts of a host that the inventory does not have are left over from one, or misspelt.",
  check(facts, { inventory }) {
    return findUnknownKeys("host", facts, inventory);
  },
};
