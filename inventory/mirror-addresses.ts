import type { Inventory } from "./inventory";
import { mirrorStores } from "./mirror-stores";

/**
 * The mirrors at each address that the inventory determines, as manifests write it: see `address` of `MirrorStore`. The regions of
 * Azure's registry share one.
 */
export function mirrorAddresses(inventory: Inventory): Map<string, readonly string[]> {
  const addresses = new Map<string, readonly string[]>();
  for (const { address, mirror } of mirrorStores(inventory)) {
    if (address !== undefined) addresses.set(address, [...(addresses.get(address) ?? []), mirror].sort());
  }
  return addresses;
}
