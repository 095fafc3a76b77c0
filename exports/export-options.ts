import type { ClientAddressRule } from "../routing/client-address";
import type { RoutingTable, TableMirror } from "../routing/routing-table";

/** What is exported, and how it is to listen. */
export interface ExportOptions {
  readonly table: RoutingTable;
  /** YYYY-MM-DD, UTC: the day for which the configuration decides. */
  readonly today: string;
  readonly clientAddress: ClientAddressRule;
  /** An IPv6 address is in brackets. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** A configuration, and who is not in it. */
export interface Exported {
  readonly text: string;
  /** Mirrors that may hold less than the origin: nobody is sent there. */
  readonly leftOut: readonly TableMirror[];
}
