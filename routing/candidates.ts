import type { ParsedAddress } from "../networks/parsed-address";
import type { AskedContent, ContentClass } from "./asked";
import { clientNetwork } from "./client-network";
import type { MirrorUrls } from "./mirror-urls";
import { rendezvousScore, rendezvousSeed } from "./rendezvous";
import type { Network, RoutingTable, TableMirror } from "./routing-table";
import { compareStandings, requirements, type Standing, standing } from "./standing";

/** A mirror in a ranking, with values that do not depend on the request. */
export interface Ranked {
  readonly mirror: TableMirror;
  readonly standing: Standing;
  readonly urls: MirrorUrls;
  readonly isOrigin: boolean;
  /** The store that would answer, as overlays name it: `provider/mirror blobs`. */
  readonly store: string;
  /** Its weight among mirrors of equal rank. */
  readonly share: number;
  /** The seed of its scores. */
  readonly seed: number;
}

/** All mirrors of a table for one network, class and day. */
export interface Ranking {
  /** YYYY-MM-DD, UTC */
  readonly today: string;
  /** Best first; ineligible mirrors last. */
  readonly all: readonly Ranked[];
  /** Those that the client may be sent to, best first, in groups of equal rank. */
  readonly groups: readonly (readonly Ranked[])[];
}

function groupByRank(entries: readonly Ranked[]): Ranked[][] {
  const groups: Ranked[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    if (group?.[0] && compareStandings(group[0].standing, entry.standing) === 0) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function createRanked(table: RoutingTable, mirror: TableMirror, stands: Standing, of: ContentClass): Ranked {
  const share = stands.grade === "public" ? stands.share : Math.max(mirror.weight, 1);
  const urls = table.urlsOf(mirror);
  const { endpoint } = requirements[of];
  return {
    mirror,
    standing: stands,
    urls,
    isOrigin: mirror === table.origin,
    store: `${mirror.id} ${endpoint === "blobs" && urls.hasBlobsInRegistry ? "registry" : endpoint}`,
    share,
    seed: rendezvousSeed(mirror.id),
  };
}

function rank(table: RoutingTable, network: Network, of: ContentClass, today: string): Ranking {
  const all = table.content.mirrors
    .map((mirror) => createRanked(table, mirror, standing(table, mirror, network, of, today), of))
    .sort((a, b) => compareStandings(a.standing, b.standing));
  return { today, all, groups: groupByRank(all.filter((entry) => entry.standing.grade !== "out")) };
}

/** Cached rankings by network object; few are used, and they are stable for a day. */
const rankings = new WeakMap<Network, Partial<Record<ContentClass, Ranking>>>();

/**
 * The ranking of all mirrors for a network.
 *
 * @param network the network that `table` has for an address
 * @param today YYYY-MM-DD, UTC
 */
export function rankingOf(table: RoutingTable, network: Network, of: ContentClass, today: string): Ranking {
  let known = rankings.get(network);
  if (known === undefined) {
    known = {};
    rankings.set(network, known);
  }
  const ranking = known[of];
  if (ranking?.today === today) return ranking;
  const renewed = rank(table, network, of, today);
  known[of] = renewed;
  return renewed;
}

/**
 * The part of the request that the order depends on. A client gets all unverifiable content from one mirror: what one answer
 * advertises must resolve in the next (kubernetes/registry.k8s.io#324).
 */
function drawKeyOf(asked: AskedContent): string {
  if (requirements[asked.class].trusted) return "";
  return "digest" in asked ? asked.digest : (asked as Extract<AskedContent, { path: string }>).path;
}

/** Orders a group's mirrors deterministically by client and object. */
export function orderByDraw(group: readonly Ranked[], address: ParsedAddress, asked: AskedContent): readonly Ranked[] {
  if (group.length === 1) return group;
  const client = clientNetwork(address);
  const object = drawKeyOf(asked);
  return group
    .map((entry) => ({ entry, score: rendezvousScore(entry.seed, client, object, entry.share) }))
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

/** All eligible mirrors, in order of preference. */
export function candidates(ranking: Ranking, address: ParsedAddress, asked: AskedContent): readonly Ranked[] {
  return ranking.groups.flatMap((group) => orderByDraw(group, address, asked));
}
