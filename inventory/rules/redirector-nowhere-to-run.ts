import { membersOf } from "../../document/draft";
import type { Rule } from "../rule";

/** If the redirector runs at a provider, it runs in at least one region. */
export const redirectorNowhereToRun: Rule = {
  id: "redirector/nowhere-to-run",
  severity: "error",
  reason: "A provider in `runs-at` without a region would get an empty stack.",
  *check(draft) {
    const runsAt = draft.redirector?.["runs-at"];
    const path = ["redirector", "runs-at"];
    const fix = "Add regions, such as runs-at: { google: [us-central1, europe-west1] }, or remove the provider.";
    for (const [provider, regions] of membersOf(runsAt)) {
      if (regions.length > 0) continue;
      yield { path: [...path, provider], message: `${provider} has no region`, fix };
    }
  },
};
