import type { AzureProvider } from "./inventory";

/** Where an Azure provider's one registry is. */
export interface RegistryPlaces {
  /** Its home region, which cannot change. */
  readonly home: string;
  /** The regions of its replicas. */
  readonly replicas: readonly string[];
}

/**
 * The home region of the provider's registry and the regions of its replicas, or undefined if no mirror has a registry.
 * Home is `primary`, or else the only region with a registry. Several regions without a `primary` are refused: a registry
 * cannot be moved, and a home derived from the list could change with the next mirror.
 *
 * @throws Error if there are several regions and no `primary`
 */
export function azureRegistryPlaces({ key, primary, mirrors }: AzureProvider): RegistryPlaces | undefined {
  const regions = mirrors.filter(({ registry }) => registry !== undefined).map(({ region }) => region);
  const [first] = regions;
  if (first === undefined) return undefined;
  if (primary === undefined && regions.length > 1) {
    throw new Error(
      `providers.${key}: its registry is in ${regions.join(", ")}; name the one that is its home in \`primary\``,
    );
  }
  const home = primary ?? first;
  return { home, replicas: regions.filter((region) => region !== home) };
}
