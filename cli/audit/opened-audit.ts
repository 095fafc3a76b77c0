import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import type { AuditOptions } from "../../promotion/audit/audit-mirrors";
import type { Bucket } from "../../stores/bucket";
import type { AskedHosts } from "../promote/open-sources";

/** The stores that an audit reads. */
export interface OpenedAudit extends Pick<AuditOptions, "targets" | "unplaced" | "open" | "listRepositories"> {
  /** The buckets of the routing table: the ledger is in the first, an overlay in each. */
  readonly tables: readonly Bucket[];
}

/** Opens all stores of a project. */
export type OpenAudit = (inventory: Inventory, facts: DeployedFacts, hosts: AskedHosts) => OpenedAudit;
