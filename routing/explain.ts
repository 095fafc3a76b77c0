import type { AskedClass } from "./asked";
import { candidates, isAskedOfMirrors } from "./candidates";
import { type ClientRequest, type Decision, decide } from "./decide";
import type { Network, RoutingTable, TableMirror } from "./routing-table";
import type { MirroredClass, Ranked } from "./standing";

/** One mirror's part in a decision. */
export interface Reason {
  readonly mirror: string;
  readonly chosen: boolean;
  readonly reason: string;
}

/** A decision with the reasons for it, and for every mirror not chosen, why. */
export interface Explanation {
  readonly decision: Decision;
  /** What is known of the client, whether the decision needed it or not. */
  readonly network: Network;
  /** The mirrors in the order in which they would be taken; empty where no mirror answers. */
  readonly reasons: readonly Reason[];
}

const plural: Record<MirroredClass, string> = { blob: "blobs", file: "files" };

function words({ mirror, standing }: Ranked, network: Network, of: MirroredClass): string {
  switch (standing.grade) {
    case "own-region":
      return `is in the client's own region, ${network.region}`;
    case "named":
      return `serves ${network.region}, as the inventory says`;
    case "pattern":
      return `serves ${standing.pattern}, as the inventory says, and so ${network.region}`;
    case "near":
      return `is ${network.provider}'s, ${Math.round(standing.kilometres).toLocaleString("en")} km from ${network.region}`;
    case "own":
      return standing.primary
        ? `is ${network.provider}'s primary, for clients of no known region`
        : `is ${network.provider}'s, and the client's region is not known`;
    case "public":
      return `takes clients of other networks: weight ${mirror.weight}, drawn by client and object`;
    case "origin":
      return "is the origin, the last fallback";
    case "out":
      return outWords(mirror, standing.because, of);
  }
}

function outWords(mirror: TableMirror, because: string, of: MirroredClass): string {
  switch (because) {
    case "retired":
      return "is retired";
    case "draining":
      return "is draining: it serves only clients of its own region";
    case "lacks":
      return `has no URL for ${plural[of]}`;
    default:
      return `serves only ${mirror.provider}'s own clients`;
  }
}

function originReasons(table: RoutingTable, asked: AskedClass): Reason[] {
  return table.content.mirrors
    .map(({ id }) =>
      id === table.origin.id
        ? { mirror: id, chosen: true, reason: `is the origin: a ${asked} comes from nowhere else` }
        : { mirror: id, chosen: false, reason: `is not the origin, and a ${asked} comes only from there` },
    )
    .sort((a, b) => Number(b.chosen) - Number(a.chosen));
}

/** Decides one request and says why, for people: too slow for every request. */
export function explain(table: RoutingTable, request: ClientRequest): Explanation {
  const decision = decide(table, request);
  const network = table.network(request.address);
  const { asked } = decision;
  if (decision.mirror === undefined || asked.class === "refused") return { decision, network, reasons: [] };
  if (!isAskedOfMirrors(asked)) return { decision, network, reasons: originReasons(table, asked.class) };
  const reasons = candidates(table, network, request.address, asked).map((entry) => ({
    mirror: entry.mirror.id,
    chosen: entry.mirror.id === decision.mirror,
    reason: words(entry, network, asked.class),
  }));
  return { decision, network, reasons };
}
