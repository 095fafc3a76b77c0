import { cloudMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** A mirror at AWS or Azure has a bucket, from which blobs can be served. */
export const mirrorRegistryOnly: Rule = {
  id: "mirror/registry-only",
  severity: "warning",
  reason:
    "ECR Public and Azure's registries ask even anonymous clients for a token, which a client that was redirected to them does not have: only a bucket takes redirected clients.",
  *check(draft) {
    for (const { key, provider, mirror, mirrorKey, mirrorPath } of cloudMirrorsOf(draft)) {
      if (provider.cloud === "google" || !("registry" in mirror) || "bucket" in mirror) continue;
      const message = `no client is redirected to ${key}/${mirrorKey}: its registry asks for a token, and it has no bucket`;
      yield {
        path: mirrorPath,
        target: "key",
        message,
        fix: "Add bucket: {} if it shall serve redirected clients.",
      };
    }
  },
};
