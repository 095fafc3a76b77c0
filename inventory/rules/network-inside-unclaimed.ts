import { itemsOf } from "../../document/draft";
import { defaultFeeds } from "../default-feeds";
import { providersOf } from "../draft";
import type { Rule } from "../rule";

/** `inside` names a feed that some provider claims. */
export const networkInsideUnclaimed: Rule = {
  id: "network/inside-unclaimed",
  severity: "warning",
  reason:
    "`inside` overrides the precedence of a cloud's own feed. A feed without a provider has no precedence, so `inside` is a mistake there.",
  *check(draft) {
    const providers = providersOf(draft);
    const claimed = new Set<unknown>([
      ...providers.flatMap(({ provider }) => itemsOf(provider.networks).map(([, each]) => "feed" in each && each.feed)),
      ...defaultFeeds(providers.map(({ key, provider }) => [key, provider])).values(),
    ]);
    for (const { provider, path } of providers) {
      for (const [index, network] of itemsOf(provider.networks)) {
        const inside = "inside" in network ? network.inside : undefined;
        if (inside === undefined || claimed.has(inside)) continue;
        yield {
          path: [...path, "networks", index, "inside"],
          message: `no provider claims the feed ${inside}`,
          fix: `Remove \`inside: ${inside}\`, or add \`feed: ${inside}\` to the networks of the provider whose clients these are.`,
        };
      }
    }
  },
};
