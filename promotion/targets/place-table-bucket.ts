import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { bucketName } from "../../inventory/names";
import { promoterIdentities } from "./promoter-identities";
import type { BucketPlace } from "./store-place";

/**
 * The bucket that all runs share: that of the routing table, at the first provider at which the redirector runs.
 *
 * @returns undefined if the redirector runs nowhere: then there is no lease
 */
export function placeTableBucket(inventory: Inventory, facts: DeployedFacts): BucketPlace | undefined {
  const [placement] = inventory.redirector.runsAt;
  const provider = inventory.providers.find(({ key }) => key === placement?.provider);
  if (provider === undefined) return undefined;
  const bucket = bucketName(inventory.project.name, provider.key, "routing-table");
  if (provider.cloud === "google") return { at: "google", bucket };
  if (provider.cloud !== "aws") return undefined;
  return {
    at: "aws",
    bucket,
    region: provider.stateRegion,
    identities: promoterIdentities(inventory, facts, provider),
  };
}
