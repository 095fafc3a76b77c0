import { itemsOf, membersOf } from "../../document/draft";
import type { FactsRule } from "../facts-rule";

/** The stores of an emptied provider are no longer listed. */
export const providerEmptiedTooSoon: FactsRule = {
  id: "provider/emptied-too-soon",
  severity: "error",
  reason:
    "The last plan of an emptied provider destroys its stores with everything in them. So they are taken out of `deployed.yaml` in the same reviewed change, which CI only accepts if they were retired before.",
  *check(facts, { inventory }) {
    for (const [key, { stores }] of membersOf(facts)) {
      const provider = inventory.providers.find((each) => each.key === key);
      if (provider === undefined || provider.cloud === "external" || provider.state !== "emptied") continue;
      if (itemsOf(stores?.bucket).length + itemsOf(stores?.registry).length === 0) continue;
      yield {
        path: [key, "stores"],
        target: "key",
        message: `${key} is emptied, but its stores are still listed as deployed and filled`,
        fix: "If they were retired and that was applied, remove them here. If not, write `state: retired` in mirrors.yaml first, and apply.",
      };
    }
  },
};
