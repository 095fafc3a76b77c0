import { compilePrefixTable } from "../../../networks/prefix-table";
import { encodeRoutingTable, type RoutingTableContent, type TableMirror } from "../../../routing/routing-table";

/** What matters to a test about a table; the rest is minimal. */
export interface TableTraits {
  readonly fallback?: true;
  readonly issued?: string;
  readonly prefixes?: number;
  readonly hosts?: RoutingTableContent["hosts"];
  /** How many mirrors serve, and how many are retired. */
  readonly serving?: number;
  readonly retired?: number;
}

function mirror(id: string, state: TableMirror["state"]): TableMirror {
  const [provider = ""] = id.split("/");
  return {
    id,
    provider,
    state,
    weight: 1,
    complete: true,
    trusted: false,
    primary: false,
    files: `https://${id}/{path}`,
  };
}

/** A table's content. */
export function contentOf({
  fallback,
  issued = "2026-11-21T00:00:00.000Z",
  prefixes = 300,
  hosts,
  serving = 6,
  retired = 0,
}: TableTraits): RoutingTableContent {
  const numbers = Array.from({ length: serving }, (_, index) => index);
  return {
    ...(fallback && { fallback }),
    issued,
    prefixes,
    ranges: [],
    project: "trial",
    status: 307,
    pages: { info: "https://example.org/", privacy: "https://example.org/privacy" },
    hosts: hosts ?? [{ name: "dl.example.org", serves: ["files"] }],
    mirrors: [
      ...numbers.map((number) => mirror(`a/${number}`, number === 1 ? "draining" : "active")),
      ...Array.from({ length: retired }, (_, index) => mirror(`b/${index}`, "retired")),
    ],
    origin: "a/0",
    credits: {},
    networks: [],
  };
}

const { bytes: noPrefixes } = compilePrefixTable([[]]);

/** A table, as bytes. */
export function tableBytes(said: TableTraits = {}): Uint8Array {
  return encodeRoutingTable(contentOf(said), noPrefixes);
}

/** The bytes with one of them changed, so that the checksum is wrong. */
export function damaged(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
