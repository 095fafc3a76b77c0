import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { findPlanRole } from "../../promotion/targets/find-plan-role";
import { placeStores } from "../../promotion/targets/place-stores";
import { placeTableBuckets } from "../../promotion/targets/place-table-buckets";
import type { RegistryTarget } from "../../promotion/targets/target";
import { listRepositories } from "../../stores/registry/list-repositories";
import { StoreError } from "../../stores/store-error";
import { type AskedHosts, openSources } from "../promote/open-sources";
import type { OpenedAudit } from "./opened-audit";

/** Opens the stores of a project for an audit, which only reads them. */
export function openAudit(inventory: Inventory, facts: DeployedFacts, hosts: AskedHosts = {}): OpenedAudit {
  const { opener, sources, role } = openSources(inventory, facts, hosts, findPlanRole(process.env, inventory));
  const { places, unplaced } = placeStores(inventory, facts, role);
  const tables = placeTableBuckets(inventory, facts);
  return {
    targets: opener.openTargets(places),
    unplaced,
    open: (target, repository) => sources.openRepository(target, repository, "pull"),
    listRepositories: listBelowRoot,
    tables: tables.map((place) => opener.openBucket(place)),
  };
}

/** @returns undefined if the registry does not list its repositories */
async function listBelowRoot({ host, root, findLogin, repositories }: RegistryTarget) {
  // ECR Public lists repositories in an API of its own only, and a push creates none.
  if (repositories !== undefined) return undefined;
  try {
    const all = await listRepositories({ host, root, findLogin });
    const prefix = root === "" ? "" : `${root}/`;
    return all.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  } catch (error) {
    if (error instanceof StoreError && error.fault === "unsupported") return undefined;
    throw error;
  }
}
