import { originOf } from "../draft";
import type { Rule } from "../rule";

/** The origin is active. */
export const originNotActive: Rule = {
  id: "origin/not-active",
  severity: "error",
  reason: "The origin must always answer; a draining or retired mirror cannot.",
  *check(draft) {
    const origin = originOf(draft);
    const state = origin && draft.providers?.[origin.provider]?.mirrors?.[origin.mirror]?.state;
    if (origin === undefined || state === undefined || state === "active") return;
    const fix = "First choose and deploy another origin, then retire this one.";
    yield { path: ["origin"], message: `the origin ${origin.provider}/${origin.mirror} is ${state}`, fix };
  },
};
