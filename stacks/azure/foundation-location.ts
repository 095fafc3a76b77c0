import type { AzureProvider } from "../../inventory/inventory";

/**
 * The region of a provider's resource groups: its primary, or else its first mirror's.
 *
 * @throws Error if the provider has neither
 */
export function foundationLocation({ key, primary, mirrors }: AzureProvider): string {
  const location = primary ?? mirrors[0]?.region;
  if (location === undefined)
    throw new Error(`providers.${key}: it has no mirrors, so there is no region for its resource group`);
  return location;
}
