import type { VisitorStatus } from "../redirector/pages/status-report";
import type { Conditions } from "./conditions";
import type { ClientRequest } from "./decide";
import { explain } from "./explain";
import type { Network, RoutingTable } from "./routing-table";

/** What is known of a client, in words. */
function networkInWords({ provider, region, asn, country }: Network): string {
  const parts = [provider, region, asn === undefined ? undefined : `AS${asn}`, country].filter((part) => part);
  return parts.length === 0 ? "a network of no provider" : parts.join(", ");
}

function clientOf({ provider, region, asn, country }: Network): VisitorStatus["client"] {
  return {
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(asn !== undefined && { asn }),
    ...(country !== undefined && { country }),
  };
}

/** Where a client would be sent, with the reason for every mirror. */
export function visitorStatus(table: RoutingTable, request: ClientRequest, conditions: Conditions): VisitorStatus {
  const { decision, network, reasons } = explain(table, request, conditions);
  const { asked, status, location, mirror } = decision;
  return {
    address: request.address,
    path: request.target,
    network: networkInWords(network),
    client: clientOf(network),
    asked: asked.class === "refused" ? `${asked.class}: ${asked.message}` : asked.class,
    status,
    ...(location !== undefined && { location }),
    ...(mirror !== undefined && { mirror }),
    reasons: reasons.map(({ mirror: id, chosen, reason }) => ({ mirror: id, chosen, reason })),
  };
}
