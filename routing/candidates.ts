import type { ParsedAddress } from "../networks/parsed-address";
import type { Asked } from "./asked";
import { clientNetwork } from "./client-network";
import { rendezvousScore } from "./rendezvous";
import type { Network, RoutingTable } from "./routing-table";
import { type ContentClass, compareStandings, type Ranked, requirements, standing } from "./standing";

/** A request for what mirrors or the origin hold. */
export type AskedContent = Extract<Asked, { class: ContentClass }>;

/** All mirrors of a table for one network, class and day. */
export interface Ranking {
  /** YYYY-MM-DD, UTC */
  readonly today: string;
  /** Best first, those that the client is never sent to last. */
  readonly all: readonly Ranked[];
  /** Those that the client may be sent to, best first, in groups that nothing but the client tells apart. */
  readonly groups: readonly (readonly Ranked[])[];
}

function grouped(ranked: readonly Ranked[]): Ranked[][] {
  const groups: Ranked[][] = [];
  for (const entry of ranked) {
    const group = groups.at(-1);
    if (group?.[0] && compareStandings(group[0].standing, entry.standing) === 0) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function rank(table: RoutingTable, network: Network, of: ContentClass, today: string): Ranking {
  const all = table.content.mirrors
    .map((mirror): Ranked => ({ mirror, standing: standing(table, mirror, network, of, today) }))
    .sort((a, b) => compareStandings(a.standing, b.standing));
  return { today, all, groups: grouped(all.filter((entry) => entry.standing.grade !== "out")) };
}

/** Rankings by network, which is one of its table's own: few are ever asked for, and none changes within a day. */
const rankings = new WeakMap<Network, Partial<Record<ContentClass, Ranking>>>();

/**
 * The ranking of all mirrors for a network.
 *
 * @param network what `table` knows of an address
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

function shareOf({ mirror, standing: { grade }, standing: stands }: Ranked): number {
  if (grade === "public") return (stands as Extract<typeof stands, { grade: "public" }>).share;
  return Math.max(mirror.weight, 1);
}

/**
 * What is drawn for. Of content that nothing vouches for but the mirror itself, all that one client asks for comes from
 * one place: what one answer advertises must resolve on the next (kubernetes/registry.k8s.io#324).
 */
function drawnObject(asked: AskedContent): string {
  if (requirements[asked.class].trusted) return "";
  return "digest" in asked ? asked.digest : (asked as Extract<AskedContent, { path: string }>).path;
}

/** The mirrors of a group in the order that is drawn for this client and object, always the same. */
export function drawn(group: readonly Ranked[], address: ParsedAddress, asked: AskedContent): readonly Ranked[] {
  if (group.length === 1) return group;
  const client = clientNetwork(address);
  const object = drawnObject(asked);
  return group
    .map((entry) => ({ entry, score: rendezvousScore(entry.mirror.id, client, object, shareOf(entry)) }))
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

/** Every mirror that the client may be sent to, in the order in which they are taken. */
export function candidates(ranking: Ranking, address: ParsedAddress, asked: AskedContent): readonly Ranked[] {
  return ranking.groups.flatMap((group) => drawn(group, address, asked));
}
