import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** What trusted mirrors hold that others may not answer. */
const answering = ["registry", "bucket", "files"];

/** A trusted mirror holds something for which trust is needed. */
export const mirrorTrustedInVain: Rule = {
  id: "mirror/trusted-in-vain",
  severity: "warning",
  reason: "Blobs are vouched for by their digest; trust is for what registries answer, and for checksums among files.",
  *check(draft) {
    for (const { key, mirror, mirrorKey, mirrorPath } of mirrorsOf(draft)) {
      if (mirror.trusted !== true || answering.some((store) => store in mirror)) continue;
      const message = `${key}/${mirrorKey} is trusted, but has neither a registry nor files`;
      yield { path: [...mirrorPath, "trusted"], message, fix: "Take it out, or name what else the mirror holds." };
    }
  },
};
