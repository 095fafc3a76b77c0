import type { Asked } from "./asked";
import { clientNetwork } from "./client-network";
import { rendezvousScore } from "./rendezvous";
import type { Network, RoutingTable } from "./routing-table";
import { compareStandings, type MirroredClass, type Ranked, rank } from "./standing";

/** A request for what mirrors hold. */
export type AskedOfMirrors = Extract<Asked, { class: MirroredClass | "metadata" }> & { readonly class: MirroredClass };

/** Whether mirrors may answer, and not only the origin: the content is known by its digest or a published checksum. */
export function isAskedOfMirrors(asked: Asked): asked is AskedOfMirrors {
  return asked.class === "blob" || asked.class === "file";
}

/** Rankings by network, which is one of its table's own: few are ever asked for, and none changes. */
const rankings = new WeakMap<Network, Map<MirroredClass, readonly Ranked[]>>();

function ranking(table: RoutingTable, network: Network, of: MirroredClass): readonly Ranked[] {
  const known = rankings.get(network) ?? new Map<MirroredClass, readonly Ranked[]>();
  rankings.set(network, known);
  const ranked = known.get(of) ?? rank(table, network, of);
  known.set(of, ranked);
  return ranked;
}

/** How many of the first mirrors nothing tells apart. */
function tied(ranked: readonly Ranked[]): number {
  const [best] = ranked;
  if (best === undefined || best.standing.grade === "out") return 0;
  const next = ranked.findIndex(({ standing }) => compareStandings(best.standing, standing) !== 0);
  return next < 0 ? ranked.length : next;
}

/**
 * All mirrors for one client and object, best first, those that the client is never sent to last. Where nothing tells
 * the first ones apart, each takes its weight's share of clients and objects, always the same.
 *
 * @param network what `table` knows of `address`
 */
export function candidates(
  table: RoutingTable,
  network: Network,
  address: string,
  asked: AskedOfMirrors,
): readonly Ranked[] {
  const ranked = ranking(table, network, asked.class);
  const equals = tied(ranked);
  if (equals < 2) return ranked;
  const client = clientNetwork(address);
  const object = asked.class === "blob" ? asked.digest : asked.path;
  const scored = ranked.slice(0, equals).map((entry) => {
    return { entry, score: rendezvousScore(entry.mirror.id, client, object, Math.max(entry.mirror.weight, 1)) };
  });
  scored.sort((a, b) => b.score - a.score);
  return [...scored.map(({ entry }) => entry), ...ranked.slice(equals)];
}
