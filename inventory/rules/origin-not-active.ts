import { originOf } from "../draft";
import type { Rule } from "../rule";

/** The origin is active. */
export const originNotActive: Rule = {
  id: "origin/not-active",
  severity: "error",
  reason: "The origin answers whenever nobody else does; a mirror that is being given up cannot.",
  *check(draft) {
    const origin = originOf(draft);
    const state = origin && draft.providers?.[origin.provider]?.mirrors?.[origin.mirror]?.state;
    if (origin === undefined || state === undefined || state === "active") return;
    const fix = "Choose another origin first, deploy that, and give this one up afterwards.";
    yield { path: ["origin"], message: `the origin ${origin.provider}/${origin.mirror} is ${state}`, fix };
  },
};
