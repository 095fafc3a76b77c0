import { mirrorsOf } from "../draft";
import type { Rule } from "./rule";

const stores = ["registry", "bucket", "blobs", "files"];

/** Every mirror holds something. */
export const mirrorHoldsNothing: Rule = {
  id: "mirror/holds-nothing",
  severity: "error",
  reason: "A mirror is a registry, a bucket, or both; without either nobody can be sent there.",
  *check(draft) {
    for (const { key, provider, mirror, mirrorKey, mirrorPath } of mirrorsOf(draft)) {
      if (stores.some((store) => store in mirror)) continue;
      const fields = provider.cloud === "external" ? "registry, blobs or files" : "registry: {} or bucket: {}";
      const message = `${key}/${mirrorKey} holds nothing`;
      yield { path: mirrorPath, target: "key", message, wayOut: `Add ${fields}, or take the mirror out.` };
    }
  },
};
