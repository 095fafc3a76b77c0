import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

const stores = ["registry", "bucket", "blobs", "files"];

/** Every mirror has a store. */
export const mirrorHoldsNothing: Rule = {
  id: "mirror/holds-nothing",
  severity: "error",
  reason: "A mirror is a registry, a bucket, or both; without either it cannot serve clients.",
  *check(draft) {
    for (const { key, provider, mirror, mirrorKey, mirrorPath } of mirrorsOf(draft)) {
      if (stores.some((store) => store in mirror)) continue;
      const field = provider.cloud === "external" ? 'files: "https://cdn.example.net/{path}"' : "bucket: {}";
      const others = provider.cloud === "external" ? "blobs or registry" : "registry";
      const message = `${key}/${mirrorKey} holds nothing`;
      const fix = `Write ${mirrorKey}: { ${field} }, or add ${others}, or remove the mirror.`;
      yield { path: mirrorPath, target: "key", message, fix };
    }
  },
};
