import { findFillingProblem } from "../find-filling-problem";
import { findMirror } from "../find-mirror";
import { promotedMirrorsOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** `require` and `destinations` name mirrors that promotion fills. */
export const promotionUnfilledMirror: Rule = {
  id: "promotion/unfilled-mirror",
  severity: "error",
  reason:
    "Promotion does not fill retired mirrors, nor external ones without `filled-by`: a release would wait forever.",
  *check(draft) {
    for (const { text, path } of promotedMirrorsOf(draft)) {
      const found = findMirror(draft, text);
      if (found === undefined || found.problem !== undefined) continue;
      const why = findFillingProblem(found.provider, found.mirror);
      const fix = found.mirror.state === "retired" ? "Remove it here." : "Remove it here, or set filled-by there.";
      if (why !== undefined) yield { path, message: `${text} ${why}, so promotion does not fill it`, fix };
    }
  },
};
