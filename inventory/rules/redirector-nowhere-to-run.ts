import { membersOf } from "../draft";
import type { Rule } from "./rule";

/** Where the redirector runs at a provider, it runs in regions. */
export const redirectorNowhereToRun: Rule = {
  id: "redirector/nowhere-to-run",
  severity: "error",
  reason: "A provider at which the redirector runs, but in no region, gets a stack of nothing.",
  *check(draft) {
    const runsAt = draft.redirector?.["runs-at"];
    const path = ["redirector", "runs-at"];
    const wayOut = "Name regions, as runs-at: { google: [us-central1, europe-west1] }, or take the provider out.";
    for (const [provider, regions] of membersOf(runsAt)) {
      if (regions.length > 0) continue;
      yield { path: [...path, provider], message: `no region of ${provider} is named`, wayOut };
    }
  },
};
