import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import type { AuditOptions } from "../../promotion/audit/audit-mirrors";
import type { Bucket } from "../../stores/bucket";
import type { AskedHosts } from "../promote/open-sources";

/** The stores that an audit reads. */
export interface OpenedAudit extends Pick<AuditOptions, "targets" | "unplaced" | "open" | "listRepositories"> {
  /** The bucket of the routing table, in which the ledger is. @default there is none */
  readonly tableBucket?: Bucket | undefined;
}

/** Opens all stores of a project. */
export type OpenAudit = (inventory: Inventory, facts: DeployedFacts, hosts: AskedHosts) => OpenedAudit;
