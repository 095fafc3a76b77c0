import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import type { PlanFinding } from "../../promotion/plan/plan";
import { targetName } from "../../promotion/plan/target-name";
import { placeStores } from "../../promotion/targets/place-stores";
import { SourceStores } from "../../promotion/targets/source-stores";
import { StoreOpener } from "../../promotion/targets/store-opener";
import type { UnplacedStore } from "../../promotion/targets/store-place";
import { CloudCredentials } from "../../stores/credentials/cloud-credentials";
import type { OpenedStores } from "./plan-selection";

function createFinding({ mirror, kind, message, fix }: UnplacedStore): PlanFinding {
  return { kind: "unreachable", severity: "warning", target: targetName({ mirror, kind }), message, fix };
}

/**
 * Opens the stores of a project for reading, with the credentials of the environment. Where there are none, public stores are read
 * without: pull requests from forks get none.
 *
 * @param opener @default one with the credentials of the environment
 */
export function openStores(
  inventory: Inventory,
  facts: DeployedFacts,
  opener: StoreOpener = new StoreOpener(process.env, new CloudCredentials(process.env)),
): OpenedStores {
  const environment = process.env;
  const sources = new SourceStores({ inventory, facts, environment, opener });
  const { places, unplaced } = placeStores(inventory, facts);
  return {
    targets: opener.openTargets(places),
    stores: {
      openSource: (source) => sources.openSource(source),
      openSourceBucket: (source) => sources.openSourceBucket(source),
      // Callers without credentials get no token for writing.
      openRepository: (target, repository) => sources.openRepository(target, repository, "pull"),
    },
    findings: unplaced.map(createFinding),
  };
}
