import { externalMirrorsOf } from "../draft";
import type { Rule } from "../rule";

/** Promotion removes objects only where it puts them. */
export const mirrorWithdrawalInVain: Rule = {
  id: "mirror/withdrawal-in-vain",
  severity: "warning",
  reason:
    "Promotion does not write to an external mirror without `filled-by`, so it cannot remove objects there either.",
  *check(draft) {
    for (const { mirror, mirrorKey, mirrorPath } of externalMirrorsOf(draft)) {
      if (mirror.withdrawal !== true || "filled-by" in mirror) continue;
      const message = `promotion does not write to ${mirrorKey}, so it removes nothing there`;
      yield { path: [...mirrorPath, "withdrawal"], message, fix: "Remove withdrawal, or set filled-by." };
    }
  },
};
