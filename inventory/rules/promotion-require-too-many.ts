import { mirrorsOf } from "../draft";
import { findFillingProblem } from "../find-filling-problem";
import type { Rule } from "../rule";

/** `require` asks for no more mirrors than there are. */
export const promotionRequireTooMany: Rule = {
  id: "promotion/require-too-many",
  severity: "error",
  reason: "The origin is not counted, and no release is ever complete at more mirrors than promotion fills.",
  *check(draft) {
    const required = draft.promotion?.require;
    if (typeof required !== "number" || draft.providers === undefined) return;
    const others = mirrorsOf(draft).filter(({ key, mirrorKey }) => `${key}/${mirrorKey}` !== draft.origin);
    const filled = others.filter(({ provider, mirror }) => findFillingProblem(provider, mirror) === undefined);
    if (required <= filled.length) return;
    const message = `promotion fills ${filled.length} mirrors besides the origin, fewer than ${required}`;
    yield { path: ["promotion", "require"], message, fix: "Write require: all, or a smaller number." };
  },
};
