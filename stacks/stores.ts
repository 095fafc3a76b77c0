import type { CloudProvider } from "../inventory/inventory";

/**
 * The stores that a provider's storage stack creates: by kind, the regions that have one and are not retired. This output
 * is copied into `deployed.yaml`, and the rule `mirror/vanished` compares the inventory with it.
 */
export function storesOf({ mirrors }: CloudProvider): Readonly<Record<"bucket" | "registry", readonly string[]>> {
  const kept = mirrors.filter(({ state }) => state !== "retired");
  return {
    bucket: kept.filter(({ bucket }) => bucket !== undefined).map(({ region }) => region),
    registry: kept.filter(({ registry }) => registry !== undefined).map(({ region }) => region),
  };
}
