import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import type { Ledger } from "../../promotion/ledger/ledger";
import { readLedger } from "../../promotion/ledger/read-ledger";
import { findPlanRole } from "../../promotion/targets/find-plan-role";
import { placeStores } from "../../promotion/targets/place-stores";
import { placeTableBuckets } from "../../promotion/targets/place-table-buckets";
import { StoreError } from "../../stores/store-error";
import { printMessage } from "../print-message";
import { type AskedHosts, openSources, type ProjectOpener } from "./open-sources";
import type { OpenedStores } from "./plan-selection";

/** A plan that cannot read the ledger knows less of withdrawals. @returns undefined if there is none, or it cannot be read */
async function readKnownLedger(
  inventory: Inventory,
  facts: DeployedFacts,
  opener: ProjectOpener["opener"],
): Promise<Ledger | undefined> {
  const [place] = placeTableBuckets(inventory, facts);
  if (!place) return undefined;
  try {
    return await readLedger(opener.openBucket(place));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    printMessage(`withdrawals are planned without the ledger of what was promoted: ${error.message}`);
    return undefined;
  }
}

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
    ...(role !== "none" && { readLedger: () => readKnownLedger(inventory, facts, opener) }),
    withoutCredentials: role === "none",
  };
}
