import { compilePrefixTable } from "../../networks/prefix-table";
import { type Network, RoutingTable, type RoutingTableContent, type TableMirror } from "../../routing/routing-table";

/** The mirror that is the origin of handmade tables. */
export const origin = "google/us-central1";

/** A mirror with blobs and files, at a host named after it; `id` is `provider/key`. */
export function madeMirror(id: string, changes: Partial<TableMirror> = {}): TableMirror {
  const host = `https://${id.replace("/", ".")}.example.net`;
  return {
    id,
    provider: id.split("/")[0] ?? "",
    state: "active",
    weight: 0,
    complete: false,
    trusted: false,
    primary: false,
    blobs: `${host}/blobs/{digest}`,
    files: `${host}/files/{path}`,
    ...changes,
  };
}

/** As {@link madeMirror}, with a registry. */
export function madeReplica(id: string, changes: Partial<TableMirror> = {}): TableMirror {
  return madeMirror(id, { registry: `https://${id.replace("/", ".")}.example.net/v2`, ...changes });
}

/**
 * A routing table of these mirrors and an origin in Iowa.
 *
 * @param networks what is known about clients, by prefix
 */
export function madeTable(
  mirrors: readonly TableMirror[],
  networks: Readonly<Record<string, Network>> = {},
  changes: Partial<RoutingTableContent> = {},
): RoutingTable {
  const all = mirrors.some(({ id }) => id === origin)
    ? mirrors
    : [...mirrors, madeReplica(origin, { complete: true, trusted: true })];
  // Each table has its own network objects, because results are cached for them.
  const known = Object.values(networks).map((network) => ({ ...network }));
  const { bytes, combinations } = compilePrefixTable([
    Object.keys(networks).map((prefix, value) => ({ prefix, value })),
  ]);
  const content: RoutingTableContent = {
    project: "example",
    issued: "2026-11-21T00:00:00.000Z",
    prefixes: known.length,
    ranges: [],
    status: 307,
    pages: { info: "https://example.org/about", privacy: "https://example.org/privacy" },
    hosts: [
      { name: "dl.example.org", serves: ["files"] },
      { name: "registry.example.org", serves: ["images"] },
    ],
    mirrors: [...all].sort((a, b) => (a.id < b.id ? -1 : 1)),
    origin,
    credits: {},
    networks: combinations.map(([value = -1]) => known[value] ?? {}),
    ...changes,
  };
  return new RoutingTable(content, bytes, "0".repeat(64));
}
