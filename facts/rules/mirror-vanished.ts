import { suggestWord } from "../../document/suggest-word";
import type { FactsRule } from "../facts-rule";
import { findVanishedStores } from "../vanished-stores";

/** A store that holds data stays in the inventory until it is retired. */
export const mirrorVanished: FactsRule = {
  id: "mirror/vanished",
  severity: "error",
  reason:
    "Terraform destroys resources that are no longer configured, because `prevent_destroy` is removed with them (https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle): a store that holds data must be retired before it is removed from the inventory.",
  *check(facts, { inventory }) {
    for (const { provider, kind, region, meant, path } of findVanishedStores(facts, inventory)) {
      const message = `the ${kind} of ${provider}/${region} holds artifacts but is not in the inventory: Terraform would destroy it${suggestWord(meant)}`;
      const fix =
        meant === undefined
          ? "Restore it with state: retired, and apply. Then remove it from both files."
          : `If it is misspelt, write ${meant}. If not, restore it with state: retired, and apply. Then remove it from both files.`;
      yield { path, message, fix };
    }
  },
};
