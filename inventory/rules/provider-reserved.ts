import { membersOf } from "../draft";
import { reservedProviderNames } from "../names";
import type { Rule } from "./rule";

/** Providers do not have names that mean something else in metrics and logs. */
export const providerReserved: Rule = {
  id: "provider/reserved",
  severity: "error",
  reason:
    "Metrics count clients without a provider as those of `none`, and reports speak of `other`, `unknown` and `unaffiliated` ones: a provider with such a name would be counted together with them.",
  *check(draft) {
    for (const [key] of membersOf(draft.providers)) {
      if (!reservedProviderNames.includes(key)) continue;
      const message = `${key} cannot be a provider's name: it means something else in metrics, reports or our own code`;
      yield { path: ["providers", key], target: "key", message, wayOut: `Name it otherwise, as ${key}-mirrors.` };
    }
  },
};
