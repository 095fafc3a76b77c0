import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** Immutable tags at Artifact Registry prevent withdrawal. */
export const mirrorImmutableTags: Rule = {
  id: "mirror/immutable-tags",
  severity: "warning",
  reason:
    "With immutable tags, Artifact Registry does not remove tags or tagged images: withdrawn images stay, and tag-based signatures cannot be replaced (https://cloud.google.com/artifact-registry/docs/docker/troubleshoot#immutable-tags).",
  *check(draft) {
    for (const { provider, mirror, mirrorPath } of mirrorsOf(draft)) {
      const { registry } = mirror;
      if (provider.cloud !== "google" || typeof registry !== "object" || !("immutable-tags" in registry)) continue;
      // `mirror/withdrawal-immutable` reports it as an error.
      if (registry["immutable-tags"] !== true || mirror.withdrawal === true) continue;
      const message = "with immutable tags, withdrawal and tag-based signatures do not work here";
      const fix = "Remove immutable-tags, unless you never withdraw an image: promotion never moves tags anyway.";
      yield { path: [...mirrorPath, "registry", "immutable-tags"], message, fix };
    }
  },
};
