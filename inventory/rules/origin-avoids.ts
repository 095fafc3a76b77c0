import { originOf } from "../draft";
import type { Rule } from "../rule";

/** The origin has no `avoid`. */
export const originAvoids: Rule = {
  id: "origin/avoids",
  severity: "warning",
  reason: "The origin is the last fallback for all clients and serves manifests, so `avoid` has no effect there.",
  *check(draft) {
    const origin = originOf(draft);
    const avoid = origin && draft.providers?.[origin.provider]?.mirrors?.[origin.mirror]?.avoid;
    if (origin === undefined || avoid === undefined || avoid.length === 0) return;
    yield {
      path: ["providers", origin.provider, "mirrors", origin.mirror, "avoid"],
      message: `the origin ${origin.provider}/${origin.mirror} cannot avoid clients, because it serves everything that no other mirror has`,
      fix: "Remove it, or choose another origin.",
    };
  },
};
