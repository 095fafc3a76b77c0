import { defaultFeeds } from "../default-feeds";
import { cloudProvidersOf } from "../draft";
import type { Rule } from "../rule";

/** A cloud provider without `networks` gets its cloud's feed, unless another provider claims it. */
export const networkFeedTaken: Rule = {
  id: "network/feed-taken",
  severity: "warning",
  reason:
    "A provider without `networks` gets its cloud's own feed. If another provider claims that feed, this provider gets no clients.",
  *check(draft) {
    const providers = cloudProvidersOf(draft);
    const takers = defaultFeeds(providers.map(({ key, provider }) => [key, provider]));
    for (const { key, provider, path } of providers) {
      if ("networks" in provider || takers.has(key)) continue;
      yield {
        path,
        target: "key",
        message: `${key} has no \`networks\`, and another provider claims the feed ${provider.cloud}, so ${key} gets no clients`,
        fix: "Write `networks: []` here if that is intended; otherwise list this provider's networks.",
      };
    }
  },
};
