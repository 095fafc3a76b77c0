import type { StoreRights } from "../constructs/promoter-access/store-rights";
import type { CloudMirror, CloudProvider, Inventory } from "../inventory/inventory";
import { replicatedRegions } from "../inventory/replicated-regions";

/** What the promoter may do in a mirror's registry. Registries are filled by promotion, and setting or moving a tag deletes nothing. */
export function registryRights({ withdrawal }: CloudMirror): StoreRights {
  return { create: true, remove: withdrawal, replace: [] };
}

/**
 * What the promoter may do in a mirror's bucket. Where the cloud copies, it only reads; but removals are never copied, so `withdrawal`
 * lets it delete there, too.
 */
export function bucketRights({ promotion }: Inventory, provider: CloudProvider, mirror: CloudMirror): StoreRights {
  const create = !replicatedRegions(provider).includes(mirror.region);
  const files = promotion.mutable.filter((pattern) => !pattern.includes(":"));
  return { create, remove: mirror.withdrawal, replace: create ? files : [] };
}
