import { itemsOf } from "../../document/draft";
import { mirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** A tag that may move needs registries that let it. */
export const promotionMutableImmutable: Rule = {
  id: "promotion/mutable-immutable",
  severity: "error",
  reason:
    "With immutable tags, Artifact Registry refuses to move a tag: each new version of a mutable tag would fail at this mirror, and be held at the origin (https://cloud.google.com/artifact-registry/docs/docker/troubleshoot#immutable-tags).",
  *check(draft) {
    const mirrors = mirrorsOf(draft).flatMap(({ provider, mirror, key, mirrorKey }) => {
      const { registry, state } = mirror;
      const isConcerned =
        provider.cloud === "google" &&
        state !== "retired" &&
        typeof registry === "object" &&
        "immutable-tags" in registry &&
        registry["immutable-tags"] === true;
      return isConcerned ? [`${key}/${mirrorKey}`] : [];
    });
    if (mirrors.length === 0) return;
    const where = mirrors.join(" and ");
    for (const [index, pattern] of itemsOf(draft.promotion?.mutable)) {
      if (!pattern.includes(":")) continue;
      const message = `tags cannot move at ${where}, which ${mirrors.length === 1 ? "has" : "have"} immutable tags`;
      const fix = `Remove this pattern, or immutable-tags from ${where}.`;
      yield { path: ["promotion", "mutable", index], message, fix };
    }
  },
};
