import type { RoutingTable, TableMirror } from "../routing/routing-table";

/** Where the client's address is taken from: what `routing/client-address.ts` reads from a command line. */
export type ClientAddressRule =
  | { readonly from: "socket" | "cloudfront" }
  | { readonly from: "forwarded"; readonly position: number }
  | { readonly from: "header"; readonly name: string }
  | { readonly from: "azure-front-door"; readonly id: string };

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
