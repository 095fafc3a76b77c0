import { findMirror } from "../find-mirror";
import type { Rule } from "../rule";

/** The origin is one of the mirrors. */
export const originUnknown: Rule = {
  id: "origin/unknown",
  severity: "error",
  reason: "Manifests, tags and signatures come from the origin, and it is the last fallback: it must exist.",
  *check(draft) {
    const message = draft.origin === undefined ? undefined : findMirror(draft, draft.origin)?.problem;
    const fix = "Write origin: provider/mirror, with a provider and a mirror from this file.";
    if (message !== undefined) yield { path: ["origin"], message, fix };
  },
};
