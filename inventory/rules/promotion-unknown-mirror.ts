import { findMirror } from "../find-mirror";
import { promotedMirrorsOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** `require` and `destinations` name mirrors. */
export const promotionUnknownMirror: Rule = {
  id: "promotion/unknown-mirror",
  severity: "error",
  reason: "A release would wait for a mirror that does not exist, or a destination would lead nowhere.",
  *check(draft) {
    for (const { text, path } of promotedMirrorsOf(draft)) {
      const message = findMirror(draft, text)?.problem;
      const fix = "Write provider/mirror, with a provider and a mirror from this file.";
      if (message !== undefined) yield { path, message, fix };
    }
  },
};
