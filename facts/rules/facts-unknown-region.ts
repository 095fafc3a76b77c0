import type { FactsRule } from "../facts-rule";
import { findUnknownKeys } from "../unknown-keys";

/** The inventory has every region that facts name. The loss of one must not keep the others from being changed. */
export const factsUnknownRegion: FactsRule = {
  id: "facts/unknown-region",
  severity: "warning",
  reason: "Deployed facts of a region that the inventory does not have are left over from one, or misspelt.",
  check(facts, { inventory }) {
    return findUnknownKeys("region", facts, inventory);
  },
};
