import type { FeedName } from "../networks/feed-name";

/** What decides which provider gets a cloud's feed: a provider as written, with or without its defaults. */
interface Claimant {
  readonly cloud?: string | undefined;
  readonly networks?: readonly (object | undefined)[] | undefined;
}

const clouds: readonly string[] = ["aws", "google", "azure"] satisfies readonly FeedName[];

/**
 * The providers that get the feed of their own cloud because they name no `networks`, by key, with the feed. A feed that
 * another provider at that cloud names goes to that provider alone; of several providers at one cloud the first by key gets it.
 */
export function defaultFeeds(providers: Iterable<readonly [key: string, provider: Claimant]>): Map<string, FeedName> {
  const sorted = [...providers].sort(([a], [b]) => (a < b ? -1 : 1));
  const claimed = new Set<unknown>(
    sorted.flatMap(([, { cloud, networks }]) => (networks ?? []).map(feedOf).filter((feed) => feed === cloud)),
  );
  const takers = new Map<string, FeedName>();
  for (const [key, { cloud, networks }] of sorted) {
    if (networks !== undefined || cloud === undefined || !clouds.includes(cloud) || claimed.has(cloud)) continue;
    takers.set(key, cloud as FeedName);
    claimed.add(cloud);
  }
  return takers;
}

function feedOf(network: object | undefined): unknown {
  return network !== undefined && "feed" in network ? network.feed : undefined;
}
