/**
 * `mirrorform promote run`, for stores on loopback and without a lease: `run-locally.ts INVENTORY MANIFESTS [--plan]`. The report goes to
 * standard output.
 */

import { exitStatus, Failure } from "../../cli/failure";
import { promotePlanCommand } from "../../cli/promote/plan";
import { promoteRunCommand } from "../../cli/promote/run";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { placeStores } from "../../promotion/targets/place-stores";
import { SourceStores } from "../../promotion/targets/source-stores";
import { StoreOpener } from "../../promotion/targets/store-opener";
import { CloudCredentials } from "../../stores/credentials/cloud-credentials";

function open(inventory: Inventory, facts: DeployedFacts) {
  const environment = process.env;
  const opener = new StoreOpener(environment, new CloudCredentials(environment));
  const stores = new SourceStores({ inventory, facts, environment, opener });
  return {
    targets: opener.openTargets(placeStores(inventory, facts).places),
    stores,
    findings: [],
    openSource: (source: string) => stores.openSource(source),
    openTarget: stores.openRepository.bind(stores),
    openFile: stores.openFile.bind(stores),
    alone: <T>(work: (signal: AbortSignal) => Promise<T>) => work(new AbortController().signal),
  };
}

async function main([inventory = "", manifests = "", more]: readonly string[]): Promise<void> {
  const options = { inventory, manifests: [manifests], allowPrivateMirrors: true, json: true };
  if (more === "--plan") await promotePlanCommand(options, open);
  else await promoteRunCommand({ ...options, wait: "0" }, open);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitStatus.wrongInput;
});
