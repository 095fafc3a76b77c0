import type { Conditions } from "./conditions";
import type { ClientRequest } from "./decide";
import { explain, type MirrorReason } from "./explain";
import type { Network, RoutingTable } from "./routing-table";

/** Where one client would be sent and why: a decision in words, for people and for JSON. */
export interface DecisionExplanation {
  /** As typed by a user or reported by the connection: any text. */
  readonly address: string;
  /** The requested path: any text. */
  readonly path: string;
  /** What is known about the address, in words. */
  readonly network: string;
  /** The same for programs; unknown members are missing. */
  readonly client: {
    readonly provider?: string;
    readonly region?: string;
    readonly asn?: number;
    readonly country?: string;
  };
  /** The class of the request: `blob`, `file`, … */
  readonly asked: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Why the object was withdrawn; its mirrors are not listed. */
  readonly withdrawn?: string;
  /** The redirect's target. */
  readonly location?: string;
  /** The mirror that answers. */
  readonly mirror?: string;
  /** In the order in which the mirrors would be taken; empty where no mirror answers. */
  readonly reasons: readonly MirrorReason[];
}

/** What is known of a client, in words. */
function formatNetwork({ provider, region, asn, country }: Network): string {
  const parts = [provider, region, asn === undefined ? undefined : `AS${asn}`, country].filter((part) => part);
  return parts.length === 0 ? "a network of no provider" : parts.join(", ");
}

function clientOf({ provider, region, asn, country }: Network): DecisionExplanation["client"] {
  return {
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(asn !== undefined && { asn }),
    ...(country !== undefined && { country }),
  };
}

/** Decides one request, and explains the decision with a reason for every mirror. */
export function explainDecision(
  table: RoutingTable,
  request: ClientRequest,
  conditions: Conditions,
): DecisionExplanation {
  const { decision, network, reasons } = explain(table, request, conditions);
  const { asked, status, location, mirror, withdrawn } = decision;
  return {
    address: request.address.text,
    path: request.target,
    network: formatNetwork(network),
    client: clientOf(network),
    asked: asked.class === "refused" ? `${asked.class}: ${asked.message}` : asked.class,
    status,
    ...(withdrawn !== undefined && { withdrawn }),
    ...(location !== undefined && { location }),
    ...(mirror !== undefined && { mirror }),
    reasons: reasons.map(({ mirror: id, chosen, reason }) => ({ mirror: id, chosen, reason })),
  };
}
