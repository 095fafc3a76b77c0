import type { RoutingTable } from "./routing-table";

/** The first host that serves such a path: a path that begins with `/v2/` is an image's if any host serves images. */
export function hostFor(table: RoutingTable, target: string): string {
  const { hosts } = table.content;
  const kind = /^\/v2(\/|$)/.test(target) ? "images" : "files";
  return (hosts.find(({ serves }) => serves.includes(kind)) ?? hosts[0])?.name ?? "";
}
