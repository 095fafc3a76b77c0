import type { CloudProvider, Inventory } from "../inventory/inventory";

/**
 * Whether a provider's bootstrap stack creates the place where its stacks keep their state. Where several providers share a place, the first
 * by key creates it.
 */
export function createsState({ providers }: Inventory, provider: CloudProvider): boolean {
  const place = placeOf(provider);
  const first = providers.find((each) => each.cloud !== "external" && placeOf(each) === place);
  return first?.key === provider.key;
}

function placeOf(provider: CloudProvider): string {
  return `${provider.cloud}/${provider.cloud === "azure" ? provider.stateAccount : provider.stateBucket}`;
}
