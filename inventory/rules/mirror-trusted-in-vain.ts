import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** Stores for which `trusted` matters. */
const answering = ["registry", "bucket", "files"];

/** A trusted mirror holds something that needs trust. */
export const mirrorTrustedInVain: Rule = {
  id: "mirror/trusted-in-vain",
  severity: "warning",
  reason: "Digests verify blobs; `trusted` only matters for registries and for metadata files.",
  *check(draft) {
    for (const { key, mirror, mirrorKey, mirrorPath } of mirrorsOf(draft)) {
      if (mirror.trusted !== true || answering.some((store) => store in mirror)) continue;
      const message = `${key}/${mirrorKey} is trusted, but has neither a registry nor files`;
      yield { path: [...mirrorPath, "trusted"], message, fix: "Remove `trusted`, or add the mirror's other stores." };
    }
  },
};
