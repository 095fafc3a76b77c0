import type { ClientAddressRule } from "../routing/client-address";
import type { RoutingTable, TableMirror } from "../routing/routing-table";

/** What to export, and where the configuration listens. */
export interface ExportOptions {
  readonly table: RoutingTable;
  /** YYYY-MM-DD, UTC: the date the configuration is valid for. */
  readonly today: string;
  readonly clientAddress: ClientAddressRule;
  /** An IPv6 address is in brackets. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** An exported configuration and the excluded mirrors. */
export interface Exported {
  readonly text: string;
  /** Mirrors that may be incomplete and therefore get no clients. */
  readonly leftOut: readonly TableMirror[];
}
