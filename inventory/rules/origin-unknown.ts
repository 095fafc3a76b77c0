import { findNearest } from "../../document/find-nearest";
import { suggestWord } from "../../document/suggest-word";
import { originOf } from "../draft";
import type { Rule } from "../rule";

/** The origin is one of the mirrors. */
export const originUnknown: Rule = {
  id: "origin/unknown",
  severity: "error",
  reason: "Manifests, tags and signatures come from the origin, and it is the last fallback: it must exist.",
  *check(draft) {
    const origin = originOf(draft);
    if (origin === undefined || draft.providers === undefined) return;
    const fix = "Write origin: provider/mirror, with a provider and a mirror from this file.";
    if (!(origin.provider in draft.providers)) {
      const meant = findNearest(origin.provider, Object.keys(draft.providers));
      yield { path: ["origin"], message: `there is no provider "${origin.provider}"${suggestWord(meant)}`, fix };
      return;
    }
    const mirrors = draft.providers[origin.provider]?.mirrors;
    if (mirrors === undefined || origin.mirror in mirrors) return;
    const meant = findNearest(origin.mirror, Object.keys(mirrors));
    yield {
      path: ["origin"],
      message: `${origin.provider} has no mirror "${origin.mirror}"${suggestWord(meant)}`,
      fix,
    };
  },
};
