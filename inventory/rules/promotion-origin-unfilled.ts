import { membersOf } from "../../document/draft";
import { findMirror } from "../find-mirror";
import type { Rule } from "../rule";

/** Promotion writes to the origin. */
export const promotionOriginUnfilled: Rule = {
  id: "promotion/origin-unfilled",
  severity: "error",
  reason: "Tags are set at the origin last, which makes a release visible: promotion must write to it itself.",
  *check(draft) {
    if (draft.origin === undefined || membersOf(draft.promotion?.projects).length === 0) return;
    const found = findMirror(draft, draft.origin);
    if (found === undefined || found.problem !== undefined || found.provider.cloud !== "external") return;
    const filledBy = "filled-by" in found.mirror ? found.mirror["filled-by"] : "nobody";
    if (filledBy === "push" || filledBy === undefined) return;
    const message = `promotion does not write to the origin ${draft.origin}`;
    const fix = "Set filled-by: push and push there, or choose another origin.";
    yield { path: ["origin"], message, fix };
  },
};
