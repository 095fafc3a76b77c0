import { membersOf } from "../../document/draft";
import { reservedProviderNames } from "../names";
import type { Rule } from "../rule";

/** No provider has a name with another meaning in metrics and logs. */
export const providerReserved: Rule = {
  id: "provider/reserved",
  severity: "error",
  reason:
    "Metrics count clients without a provider as `none`, and reports use `other`, `unknown` and `unaffiliated`: a provider with such a name would be mixed up with those.",
  *check(draft) {
    for (const [key] of membersOf(draft.providers)) {
      if (!reservedProviderNames.includes(key)) continue;
      const message = `${key} cannot be a provider's name: it has another meaning in metrics, reports or our own code`;
      yield {
        path: ["providers", key],
        target: "key",
        message,
        fix: `Choose another name, such as ${key}-mirrors.`,
      };
    }
  },
};
