import { suggestWord } from "../../document/suggest-word";
import type { FactsRule } from "../facts-rule";
import { findVanishedStores } from "../vanished-stores";

/** A store that holds data stays in the inventory until it was retired. */
export const mirrorVanished: FactsRule = {
  id: "mirror/vanished",
  severity: "error",
  reason:
    "Terraform destroys what its configuration no longer has, and `prevent_destroy` goes with it (https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle): a store that holds data leaves the inventory only after it was retired.",
  *check(facts, { inventory }) {
    for (const { provider, kind, region, meant, path } of findVanishedStores(facts, inventory)) {
      const message = `the ${kind} of ${provider}/${region} holds artifacts, but is not in the inventory: it would be destroyed${suggestWord(meant)}`;
      const fix =
        meant === undefined
          ? "Put it back with state: retired, and apply; then take it out here and there."
          : `If it is misspelt, write ${meant}. If not, put it back with state: retired, and apply; then take it out here and there.`;
      yield { path, message, fix };
    }
  },
};
