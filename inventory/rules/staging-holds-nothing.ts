import { stagingAreasOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** Every staging area has a store. */
export const stagingHoldsNothing: Rule = {
  id: "staging/holds-nothing",
  severity: "error",
  reason: "A staging area is a registry, a bucket, or both; without either, nobody can publish there.",
  *check(draft) {
    for (const { project, area, path } of stagingAreasOf(draft)) {
      if ("registry" in area || "bucket" in area) continue;
      const fix = "Add registry: {} for images, or bucket: {} for files.";
      yield { path, target: "key", message: `the staging area of ${project} holds nothing`, fix };
    }
  },
};
