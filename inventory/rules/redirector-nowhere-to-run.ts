import { membersOf } from "../draft";
import type { Rule } from "./rule";

/** The redirector runs somewhere. */
export const redirectorNowhereToRun: Rule = {
  id: "redirector/nowhere-to-run",
  severity: "error",
  reason: "Every request of every client goes to the redirector first.",
  *check(draft) {
    const runsAt = draft.redirector?.["runs-at"];
    if (runsAt === undefined) return;
    const path = ["redirector", "runs-at"];
    const wayOut = "Name regions, as runs-at: { google: [us-central1, europe-west1] }.";
    if (Object.keys(runsAt).length === 0) yield { path, message: "the redirector runs nowhere", wayOut };
    for (const [provider, regions] of membersOf(runsAt)) {
      if (regions.length > 0) continue;
      yield { path: [...path, provider], message: `no region of ${provider} is named`, wayOut };
    }
  },
};
