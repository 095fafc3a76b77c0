import { itemsOf, membersOf } from "../../../document/draft";
import type { PolicyFileRule } from "../policy-file-rule";

/** A project replaces a rule of the defaults, or goes without it. */
export const contradiction: PolicyFileRule = {
  id: "policy-file/contradiction",
  severity: "error",
  reason: "One line asks for the rule, and another takes it away.",
  *check(draft) {
    for (const [project, rules] of membersOf(draft.projects)) {
      for (const [index, field] of itemsOf(rules.without)) {
        if (!(field in rules)) continue;
        const path = ["projects", project, "without", index];
        yield { path, message: `${project} has a rule ${field} of its own`, fix: `Remove one of the two.` };
      }
    }
  },
};
