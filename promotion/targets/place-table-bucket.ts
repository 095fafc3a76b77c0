import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { bucketName } from "../../inventory/names";
import type { BucketPlace } from "./store-place";
import { usualIdentities } from "./usual-identities";

/**
 * The bucket that all runs share: that of the routing table, at the first provider at which the redirector has one.
 *
 * @returns undefined if it has none: then there is no lease
 */
export function placeTableBucket(inventory: Inventory, facts: DeployedFacts): BucketPlace | undefined {
  const { runsAt, image } = inventory.redirector;
  for (const { provider: key } of runsAt) {
    const provider = inventory.providers.find((each) => each.key === key);
    const bucket = bucketName(inventory.project.name, key, "routing-table");
    // Without an image, the redirector's stack at Google is omitted.
    if (provider?.cloud === "google" && image !== undefined) return { at: "google", bucket };
    if (provider?.cloud !== "aws") continue;
    const identities = usualIdentities(inventory, facts, provider, "promoter");
    return { at: "aws", bucket, region: provider.stateRegion, identities };
  }
  return undefined;
}
