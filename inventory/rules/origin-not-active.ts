import { type DraftMirror, originOf, withProviderState } from "../draft";
import type { Rule } from "../rule";

/** The origin is active. */
export const originNotActive: Rule = {
  id: "origin/not-active",
  severity: "error",
  reason: "The origin must always answer; a draining or retired mirror cannot.",
  *check(draft) {
    const origin = originOf(draft);
    const provider = origin && draft.providers?.[origin.provider];
    const mirror = origin && provider?.mirrors?.[origin.mirror];
    const state = provider && mirror && withProviderState<DraftMirror>(provider, mirror).state;
    if (origin === undefined || state === undefined || state === "active") return;
    const fix = "First choose and deploy another origin, then retire this one.";
    yield { path: ["origin"], message: `the origin ${origin.provider}/${origin.mirror} is ${state}`, fix };
  },
};
