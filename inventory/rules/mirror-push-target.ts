import { type DraftExternalMirror, externalMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** `filled-by: push` says where to write everything that the mirror serves. */
export const mirrorPushTarget: Rule = {
  id: "mirror/push-target",
  severity: "error",
  reason:
    "Promotion writes to what is behind the URLs that clients get: a bucket for blobs and files, a registry for images.",
  *check(draft) {
    for (const { mirror, mirrorKey, mirrorPath } of externalMirrorsOf(draft)) {
      if ("push" in mirror && mirror["filled-by"] !== "push") {
        if ("filled-by" in mirror && mirror["filled-by"] === undefined) continue;
        const message = "push has no effect without filled-by: push";
        yield { path: [...mirrorPath, "push"], target: "key", message, fix: "Add filled-by: push, or remove push." };
      }
      if (mirror["filled-by"] !== "push") continue;
      const missing = findMissingTarget(mirror);
      if (missing === undefined) continue;
      const path = "push" in mirror ? [...mirrorPath, "push"] : [...mirrorPath, "filled-by"];
      const message = `promotion does not know where to push ${missing.what} of ${mirrorKey}`;
      yield { path, ...("push" in mirror && { target: "key" as const }), message, fix: missing.fix };
    }
  },
};

function findMissingTarget(mirror: DraftExternalMirror): { readonly what: string; readonly fix: string } | undefined {
  if ("push" in mirror && mirror.push === undefined) return undefined;
  const push = mirror.push ?? {};
  if (("blobs" in mirror || "files" in mirror) && !("bucket" in push)) {
    const fix = "Add push: { bucket: { endpoint: https://objects.example.org, name: artifacts }, credentials: NAME }";
    return { what: "the blobs or files", fix };
  }
  if (!("registry" in mirror) || "registry" in push) return undefined;
  return { what: "the images", fix: "Add push: { registry: registry.example.net/k8s, credentials: NAME }" };
}
