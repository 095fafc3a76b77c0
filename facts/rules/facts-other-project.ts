import { basename } from "node:path";
import { itemsOf, membersOf } from "../../document/draft";
import type { FactsRule } from "../facts-rule";
import { findVanishedStores } from "../vanished-stores";

/** How many stores must be missing before the file is considered another project's. */
const fewestForeign = 4;

/** The stores belong to this project. If most do not, one error is clearer than one per store. */
export const factsOtherProject: FactsRule = {
  id: "facts/other-project",
  severity: "error",
  reason:
    "If most stores of a `deployed.yaml` are not in the inventory, the file belongs to another project, for example the one shipped with this project.",
  *check(facts, { inventory, file }) {
    const listed = membersOf(facts).flatMap(([, { stores }]) => [
      ...itemsOf(stores?.bucket),
      ...itemsOf(stores?.registry),
    ]).length;
    const gone = findVanishedStores(facts, inventory).length;
    if (gone < fewestForeign || gone * 2 <= listed) return;
    const count = gone === listed ? `none of its ${listed} stores is` : `${gone} of its ${listed} stores are not`;
    yield {
      path: [],
      message: `${basename(file)} describes another project: ${count} in mirrors.yaml`,
      fix: `Empty it before your own first deployment: \`: > ${file}\`. If these stores are yours, put their mirrors back into mirrors.yaml instead: Terraform would destroy them with their content.`,
    };
  },
};
