import { loopbackHosts } from "../networks/loopback";
import type { RoutingTable, Served } from "../routing/routing-table";
import { grammarOf } from "./grammar/grammar";
import type { Rule } from "./grammar/rule";

/** Hosts that serve the same content. */
export interface Site {
  /** Its name in a configuration: `site1` and so on, in the order of their first hosts. */
  readonly id: string;
  /** Lower case, sorted. */
  readonly hosts: readonly string[];
  readonly rules: readonly Rule[];
}

function isSame(a: Served, b: Served): boolean {
  const parts = ({ serves, paths, directoryIndex, metadata }: Served) =>
    JSON.stringify([serves, paths, directoryIndex, metadata]);
  return parts(a) === parts(b);
}

/** The sites of a table. Requests to a name of this machine may use any host's paths (`RoutingTable.host`). */
export function sitesOf(table: RoutingTable): Site[] {
  const groups: { served: Served; hosts: string[] }[] = [];
  for (const host of [...table.content.hosts.map(({ name }) => name), ...loopbackHosts].sort()) {
    const served = table.host(host);
    const group = groups.find((each) => isSame(each.served, served));
    if (group) group.hosts.push(host);
    else groups.push({ served, hosts: [host] });
  }
  return groups.map(({ served, hosts }, index) => ({ id: `site${index + 1}`, hosts, rules: grammarOf(served) }));
}

/** The rules for every other host. */
export function otherHosts(): Site {
  return { id: "other", hosts: [], rules: grammarOf({ serves: [] }) };
}
