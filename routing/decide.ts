import { type Asked, classify, type Refusal } from "./asked";
import { type AskedOfMirrors, candidates, isAskedOfMirrors } from "./candidates";
import { locate } from "./locate";
import type { Network, RoutingTable, TableMirror } from "./routing-table";

/** A request, as far as a decision needs it. */
export interface ClientRequest {
  readonly method: string;
  /** The request target as received. */
  readonly target: string;
  /** The `Host` header. */
  readonly host: string;
  /** The client's address, from where the platform guarantees it; any text that is no address is an unknown client. */
  readonly address: string;
}

/** What is answered to one request. */
export interface Decision {
  readonly asked: Asked | Refusal;
  readonly status: 200 | 302 | 307 | 400 | 404 | 405;
  /** What is known of the client; empty where the answer does not depend on it. */
  readonly network: Network;
  /** Where the client is sent; with every redirect. */
  readonly location?: string;
  /** The mirror that answers; none for pages. */
  readonly mirror?: string;
  /** Whether the answer is for this client only. */
  readonly personal: boolean;
}

const noNetwork: Network = {};

function mirrorFor(table: RoutingTable, network: Network, address: string, asked: AskedOfMirrors): TableMirror {
  const [best] = candidates(table, network, address, asked);
  return best === undefined || best.standing.grade === "out" ? table.origin : best.mirror;
}

function redirect(table: RoutingTable, asked: Asked, query: string, address: string): Decision {
  const personal = isAskedOfMirrors(asked);
  const network = personal ? table.network(address) : noNetwork;
  const mirror = personal ? mirrorFor(table, network, address, asked) : table.origin;
  const location = locate(mirror, asked, query);
  // The rule `origin/cannot-serve` keeps this from happening.
  if (location === undefined) throw new Error(`${mirror.id} is asked for a ${asked.class}, and holds none`);
  return { asked, status: table.content.status, network, location, mirror: mirror.id, personal };
}

/**
 * Decides one request. Pure, and the only place where it is decided: carriers differ in how they receive the request
 * and send the answer. Whatever a client sends, it never throws.
 *
 * @throws Error where the table's origin does not hold what its hosts serve, which no valid inventory says
 */
export function decide(table: RoutingTable, { method, target, host, address }: ClientRequest): Decision {
  const { asked, query } = classify({ method, target, serves: table.serves(host) });
  if (asked.class === "refused") return { asked, status: asked.status, network: noNetwork, personal: false };
  if (asked.class === "ping") return { asked, status: 200, network: noNetwork, personal: false };
  if (asked.class === "page") {
    const location = table.content.pages[asked.page];
    return { asked, status: table.content.status, network: noNetwork, location, personal: false };
  }
  return redirect(table, asked, query, address);
}
