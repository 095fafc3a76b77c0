import type { FeedName } from "../networks/feed-name";

/** The fields of a provider that decide who gets a cloud's feed, with or without defaults. */
interface Claimant {
  readonly cloud?: string | undefined;
  readonly networks?: readonly (object | undefined)[] | undefined;
}

const clouds: readonly string[] = ["aws", "google", "azure"] satisfies readonly FeedName[];

/**
 * The providers that get the feed of their own cloud because they have no `networks`, by key, with the feed. If another
 * provider at that cloud claims the feed, only that provider gets it; otherwise the first provider by key.
 */
export function defaultFeeds(providers: Iterable<readonly [key: string, provider: Claimant]>): Map<string, FeedName> {
  const sorted = [...providers].sort(([a], [b]) => (a < b ? -1 : 1));
  const claimed = new Set<unknown>(
    sorted.flatMap(([, { cloud, networks }]) => (networks ?? []).map(feedOf).filter((feed) => feed === cloud)),
  );
  const receivers = new Map<string, FeedName>();
  for (const [key, { cloud, networks }] of sorted) {
    if (networks !== undefined || cloud === undefined || !clouds.includes(cloud) || claimed.has(cloud)) continue;
    receivers.set(key, cloud as FeedName);
    claimed.add(cloud);
  }
  return receivers;
}

function feedOf(network: object | undefined): unknown {
  return network !== undefined && "feed" in network ? network.feed : undefined;
}
