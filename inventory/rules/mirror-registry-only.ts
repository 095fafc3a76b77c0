import { cloudMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** A mirror at AWS or Azure has a bucket that can serve blobs. */
export const mirrorRegistryOnly: Rule = {
  id: "mirror/registry-only",
  severity: "warning",
  reason:
    "ECR Public and Azure's registries require a token even for anonymous pulls, and redirected clients have none: only a bucket can serve them.",
  *check(draft) {
    for (const { key, provider, mirror, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      if (provider.cloud === "google" || !("registry" in mirror) || "bucket" in mirror) continue;
      const message = `no client is redirected to ${key}/${mirrorKey}: its registry requires a token, and it has no bucket`;
      yield {
        path: mirrorPath,
        target: "key",
        message,
        fix: "Add bucket: {} to serve redirected clients.",
      };
    }
  },
};
