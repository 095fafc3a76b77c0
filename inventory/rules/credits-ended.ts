import { providersOf } from "../draft";
import type { Rule } from "../rule";

/** Credits have not run out. */
export const creditsEnded: Rule = {
  id: "credits/ended",
  severity: "warning",
  reason: "After that day every byte is paid for by somebody else than the inventory says.",
  *check(draft, { today }) {
    for (const { key, provider, path } of providersOf(draft)) {
      const until = provider.credits?.until;
      if (until === undefined || until >= today) continue;
      const message = `the credits of ${key} ended on ${until}`;
      const fix = "Renew them and write the new day, or drain the provider's mirrors.";
      yield { path: [...path, "credits", "until"], message, fix };
    }
  },
};
