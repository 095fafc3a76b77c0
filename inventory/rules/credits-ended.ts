import { providersOf } from "../draft";
import type { Rule } from "../rule";

/** Credits are still valid. */
export const creditsEnded: Rule = {
  id: "credits/ended",
  severity: "warning",
  reason: "After that day, the provider no longer pays for the traffic.",
  *check(draft, { today }) {
    for (const { key, provider, path } of providersOf(draft)) {
      const until = provider.credits?.until;
      if (until === undefined || until >= today) continue;
      const message = `the credits of ${key} ended on ${until}`;
      const fix = "Renew them and update the date, or drain the provider's mirrors.";
      yield { path: [...path, "credits", "until"], message, fix };
    }
  },
};
