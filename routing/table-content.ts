import type { Coordinates } from "../inventory/coordinates";
import type { Canary, Host, MirrorState } from "../inventory/inventory";
import type { Credit } from "./credit";
import type { MirrorEndpoints } from "./endpoints";

/** A mirror in the routing table. */
export interface TableMirror extends MirrorEndpoints {
  /** `provider/key`, unique in the table. */
  readonly id: string;
  readonly provider: string;
  readonly state: MirrorState;
  /** Share of the unaffiliated clients; 0: none. */
  readonly weight: number;
  /** Whether it declares itself complete; then it is never probed. */
  readonly complete: boolean;
  /** Whether the origin's operators control it. */
  readonly trusted: boolean;
  /** Whether it serves its provider's clients without a known region. */
  readonly primary: boolean;
  readonly region?: string;
  /** Its location, with `region` if it is in a region. */
  readonly place?: Coordinates;
  /** Regions, and patterns with a final `*`, whose clients come here. */
  readonly serves?: readonly string[];
}

/** A client's network. Every member is missing where it is unknown. */
export interface Network {
  readonly provider?: string;
  readonly region?: string;
  readonly asn?: number;
  readonly country?: string;
  /** The location of the region, or else of the country. */
  readonly place?: Coordinates;
  /** The ids of the mirrors to which this client must not be sent. */
  readonly avoidedBy?: readonly string[];
}

/** What a host serves. */
export type Served = Pick<Host, "serves" | "paths" | "directoryIndex" | "metadata">;

/** A routing table without its prefixes. */
export interface RoutingTableContent {
  /** The project's name. */
  readonly project: string;
  /** Whether this is the bundled table, which any live table may replace, even a smaller one. */
  readonly fallback?: true;
  /** When its inputs last changed (ISO 8601): the later table wins. */
  readonly issued: string;
  /** How many prefixes were compiled. */
  readonly prefixes: number;
  /** The published ranges it was compiled from, and their days (YYYY-MM-DD). */
  readonly ranges: readonly { readonly name: string; readonly asOf: string }[];
  readonly status: 302 | 307;
  readonly pages: { readonly info: string; readonly privacy: string };
  readonly hosts: readonly Host[];
  /** Sorted by id. */
  readonly mirrors: readonly TableMirror[];
  /** The id of the mirror that is the source of truth. */
  readonly origin: string;
  /** Provider credits by key; missing means unlimited. */
  readonly credits: Readonly<Record<string, Credit>>;
  readonly canary?: Canary;
  /** The networks that the prefix table's answers index. */
  readonly networks: readonly Network[];
}
