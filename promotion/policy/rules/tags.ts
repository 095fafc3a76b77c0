import { findNameRefusal } from "../name-list";
import { accept, type PolicyRule, refuse } from "../policy-rule";

/** The tags that may be set. */
export const tags: PolicyRule = {
  id: "policy/tags",
  reason: "A tag never moves, so one like latest would stay at its first digest for ever.",
  example: "tags: { allow: [v*], deny: [v*-dirty] }",
  judgeImage({ tags }, { tags: names }) {
    if (!names || tags.length === 0) return undefined;
    const refused = tags.flatMap((tag) => {
      const refusal = findNameRefusal(tag, names);
      return refusal === undefined ? [] : [`${tag} ${refusal}`];
    });
    if (refused.length === 0) return accept(tags.join(", "));
    return refuse(refused.join("; "), "Promote it under tags that the policy allows.");
  },
};
