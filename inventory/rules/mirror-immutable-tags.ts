import { mirrorsOf } from "../draft";
import type { Rule } from "./rule";

/** Tags that Artifact Registry holds fast are a choice with a price. */
export const mirrorImmutableTags: Rule = {
  id: "mirror/immutable-tags",
  severity: "warning",
  reason:
    "Artifact Registry's immutable tags forbid removing tags and tagged images, so that a withdrawn image stays, and signatures that are tags cannot be renewed (https://cloud.google.com/artifact-registry/docs/docker/troubleshoot#immutable-tags).",
  *check(draft) {
    for (const { provider, mirror, mirrorPath } of mirrorsOf(draft)) {
      const { registry } = mirror;
      if (provider.cloud !== "google" || typeof registry !== "object" || !("immutable-tags" in registry)) continue;
      if (registry["immutable-tags"] !== true) continue;
      const message = "with immutable tags, withdrawal and signatures that are tags cannot work here";
      const wayOut = "Take immutable-tags out, unless nothing is ever withdrawn: promotion moves no tags by itself.";
      yield { path: [...mirrorPath, "registry", "immutable-tags"], message, wayOut };
    }
  },
};
