import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** Withdrawal needs tags that can be removed. */
export const mirrorWithdrawalImmutable: Rule = {
  id: "mirror/withdrawal-immutable",
  severity: "error",
  reason:
    "With immutable tags, Artifact Registry removes neither tags nor tagged images: nothing could be withdrawn (https://cloud.google.com/artifact-registry/docs/docker/troubleshoot#immutable-tags).",
  *check(draft) {
    for (const { mirror, mirrorPath } of mirrorsOf(draft)) {
      const { registry } = mirror;
      if (mirror.withdrawal !== true || typeof registry !== "object" || !("immutable-tags" in registry)) continue;
      if (registry["immutable-tags"] !== true) continue;
      const message = "with immutable tags, withdrawal and tag-based signatures do not work here";
      yield { path: [...mirrorPath, "withdrawal"], message, fix: "Remove immutable-tags, or withdrawal." };
    }
  },
};
