import type { RoutingTable } from "./routing-table";

/** The first host that serves such a path: what begins with `/v2/` is an image's wherever one is served. */
export function hostFor(table: RoutingTable, target: string): string {
  const { hosts } = table.content;
  const kind = /^\/v2(\/|$)/.test(target) ? "images" : "files";
  return (hosts.find(({ serves }) => serves.includes(kind)) ?? hosts[0])?.name ?? "";
}
