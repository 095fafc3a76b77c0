import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { placeStores } from "../../promotion/targets/place-stores";
import { type AskedHosts, openSources } from "./open-sources";
import type { OpenedStores } from "./plan-selection";

/**
 * Opens the stores of a project for reading, with the credentials of the environment. Where there are none, public stores are read
 * without: pull requests from forks get none.
 *
 * @param project shares its registries with other users. @default a new one
 */
export function openStores(
  inventory: Inventory,
  facts: DeployedFacts,
  hosts: AskedHosts = {},
  project = openSources(inventory, facts, hosts),
): OpenedStores {
  const { opener, sources } = project;
  const { places, unplaced } = placeStores(inventory, facts);
  return {
    targets: opener.openTargets(places),
    stores: {
      openSource: (source) => sources.openSource(source),
      openSourceBucket: (source) => sources.openSourceBucket(source),
      // Callers without credentials get no token for writing.
      openRepository: (target, repository) => sources.openRepository(target, repository, "pull"),
    },
    unplaced,
  };
}
