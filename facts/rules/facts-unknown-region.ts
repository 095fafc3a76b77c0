import type { FactsRule } from "../facts-rule";
import { findUnknownKeys } from "../unknown-keys";

/** The inventory has all regions of deployed facts. A warning: a lost mirror must not block other changes. */
export const factsUnknownRegion: FactsRule = {
  id: "facts/unknown-region",
  severity: "warning",
  reason: "These facts belong to a region that was removed from the inventory, or the name is misspelt.",
  check(facts, { inventory }) {
    return findUnknownKeys("region", facts, inventory);
  },
};
