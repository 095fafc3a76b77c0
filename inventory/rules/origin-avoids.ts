import { originOf } from "../draft";
import type { Rule } from "../rule";

/** The origin avoids nobody. */
export const originAvoids: Rule = {
  id: "origin/avoids",
  severity: "warning",
  reason: "The origin is everybody's last fallback, and manifests come from it: whom it avoids meets it all the same.",
  *check(draft) {
    const origin = originOf(draft);
    const avoid = origin && draft.providers?.[origin.provider]?.mirrors?.[origin.mirror]?.avoid;
    if (origin === undefined || avoid === undefined || avoid.length === 0) return;
    yield {
      path: ["providers", origin.provider, "mirrors", origin.mirror, "avoid"],
      message: `the origin ${origin.provider}/${origin.mirror} cannot avoid clients: what no other mirror has, they get from it`,
      fix: "Take it out, or choose another origin.",
    };
  },
};
