import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { bucketName } from "../../inventory/names";
import type { BucketPlace } from "./store-place";
import { usualIdentities } from "./usual-identities";

/**
 * The buckets of the routing table, one at each provider at which the redirector has one. The first is the one that all runs share: the
 * lease and the ledger are in it. Redirectors read the overlay from that of their own provider.
 */
export function placeTableBuckets(inventory: Inventory, facts: DeployedFacts): BucketPlace[] {
  const { runsAt, image } = inventory.redirector;
  const keys = new Set(runsAt.map(({ provider }) => provider));
  return [...keys].flatMap((key): BucketPlace[] => {
    const provider = inventory.providers.find((each) => each.key === key);
    const bucket = bucketName(inventory.project.name, key, "routing-table");
    // Without an image, the redirector's stack at Google is omitted.
    if (provider?.cloud === "google" && image !== undefined) return [{ at: "google", bucket }];
    if (provider?.cloud !== "aws") return [];
    const identities = usualIdentities(inventory, facts, provider, "promoter");
    return [{ at: "aws", bucket, region: provider.stateRegion, identities }];
  });
}
