import type { StoreRights } from "../constructs/promoter-access/store-rights";
import type { CloudMirror, CloudProvider, Inventory } from "../inventory/inventory";
import { donorIndexFolder } from "../inventory/names";
import { replicatedRegions } from "../inventory/replicated-regions";

/** What the promoter may do in a mirror's registry. Registries are filled by promotion, and setting or moving a tag deletes nothing. */
export function registryRights({ withdrawal }: CloudMirror): StoreRights {
  return { create: true, remove: withdrawal, replace: [] };
}

/**
 * What the promoter may do in a mirror's bucket. Where the cloud copies, it only reads; but removals are never copied, so `withdrawal`
 * lets it delete there, too.
 */
export function bucketRights(inventory: Inventory, provider: CloudProvider, mirror: CloudMirror): StoreRights {
  const create = !replicatedRegions(provider).includes(mirror.region);
  const files = inventory.promotion.mutable.filter((pattern) => !pattern.includes(":"));
  const replace = [...files, ...listDonorIndexes(inventory, provider, mirror)];
  return { create, remove: mirror.withdrawal, replace: create ? replace : [] };
}

/** Each run replaces the indexes of mirrors that donors fill, in the bucket of the origin. */
function listDonorIndexes({ origin, providers }: Inventory, provider: CloudProvider, mirror: CloudMirror): string[] {
  if (origin.provider !== provider.key || origin.mirror !== mirror.key) return [];
  const hasDonor = providers.some(
    ({ cloud, mirrors }) =>
      cloud === "external" && mirrors.some((each) => "filledBy" in each && each.filledBy === "donor"),
  );
  return hasDonor ? [`${donorIndexFolder}/*/*.jsonl`] : [];
}
