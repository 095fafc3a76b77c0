import type { CloudProvider } from "../inventory/inventory";

/**
 * What a provider's storage stack makes, by kind: the regions that have it and are not retired. As an output it is
 * copied into `deployed.yaml`, where the rule `mirror/vanished` holds the inventory against it.
 */
export function storesOf({ mirrors }: CloudProvider): Readonly<Record<"bucket" | "registry", readonly string[]>> {
  const kept = mirrors.filter(({ state }) => state !== "retired");
  return {
    bucket: kept.filter(({ bucket }) => bucket !== undefined).map(({ region }) => region),
    registry: kept.filter(({ registry }) => registry !== undefined).map(({ region }) => region),
  };
}
