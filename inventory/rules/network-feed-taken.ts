import { defaultFeeds } from "../default-feeds";
import { cloudProvidersOf } from "../draft";
import type { Rule } from "./rule";

/** A cloud provider that names no networks has clients, unless its feed is another's. */
export const networkFeedTaken: Rule = {
  id: "network/feed-taken",
  severity: "warning",
  reason:
    "A provider without `networks` takes its cloud's own feed; where another provider has that, it gets no client.",
  *check(draft) {
    const providers = cloudProvidersOf(draft);
    const takers = defaultFeeds(providers.map(({ key, provider }) => [key, provider]));
    for (const { key, provider, path } of providers) {
      if ("networks" in provider || takers.has(key)) continue;
      yield {
        path,
        target: "key",
        message: `${key} names no networks, and another provider has the feed ${provider.cloud}: no client is ${key}'s`,
        wayOut: "Write `networks: []` here if that is meant; otherwise name the networks that are this provider's.",
      };
    }
  },
};
