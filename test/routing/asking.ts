import { parseAddress } from "../../networks/parsed-address";
import { assumeAllHeld, type Conditions, type Presence } from "../../routing/conditions";
import { type ClientRequest, type Decision, decide } from "../../routing/decide";
import type { RoutingTable } from "../../routing/routing-table";

/** The day of tests of decisions: that of the other tests, in the form of conditions. */
export const todayOfTests = "2026-11-21";

/** Every mirror is healthy and complete. */
export const allHeld: Conditions = assumeAllHeld(todayOfTests);

/** What is known about every object, by mirror; a mirror that is not named holds everything. */
export function known(presence: Readonly<Record<string, Presence>>): Conditions {
  return { today: todayOfTests, presence: ({ id }) => presence[id] ?? "held" };
}

/** The address of an unaffiliated client (RFC 5737). */
export const unaffiliated = "192.0.2.1";

/** A blob by number. */
export function blob(number = 0): string {
  return `/v2/pause/blobs/sha256:${number.toString(16).padStart(64, "0")}`;
}

/** The differences of a request from the default; the address as text. */
export type RequestChanges = Partial<Omit<ClientRequest, "address">> & { readonly address?: string };

/** A request: unless it says otherwise, a GET of a blob by an unaffiliated client, at the host that serves its kind. */
export function request({ address = unaffiliated, ...changes }: RequestChanges = {}): ClientRequest {
  const target = changes.target ?? blob();
  const host = target.startsWith("/v2/") ? "registry.example.org" : "dl.example.org";
  return { method: "GET", target, host, address: parseAddress(address), ...changes };
}

/** The decision on {@link request}. */
export function decided(table: RoutingTable, changes: RequestChanges = {}, conditions = allHeld): Decision {
  return decide(table, request(changes), conditions);
}

/** A number of clients, at most 65,536, each in its own network in 10.0.0.0/8. */
export function clients(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
}
