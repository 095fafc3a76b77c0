import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { findPlanRole } from "../../promotion/targets/find-plan-role";
import { placeStores } from "../../promotion/targets/place-stores";
import { type AskedHosts, openSources } from "./open-sources";
import type { OpenedStores } from "./plan-selection";

/**
 * Opens the stores of a project for reading, with the credentials of the environment. Where there are none, public stores are read
 * without: pull requests from forks get none.
 *
 * @param project shares its registries with other users. @default a new one, for a plan
 */
export function openStores(
  inventory: Inventory,
  facts: DeployedFacts,
  hosts: AskedHosts = {},
  project = openSources(inventory, facts, hosts, findPlanRole(process.env, inventory)),
): OpenedStores {
  const { opener, sources, role } = project;
  const { places, unplaced } = placeStores(inventory, facts, role);
  return {
    targets: opener.openTargets(places),
    stores: {
      openSource: (source) => sources.openSource(source),
      openSourceBucket: (source) => sources.openSourceBucket(source),
      // Callers without credentials get no token for writing.
      openRepository: (target, repository) => sources.openRepository(target, repository, "pull"),
    },
    unplaced,
    withoutCredentials: role === "none",
  };
}
