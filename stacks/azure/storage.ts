import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AzureBucket } from "../../constructs/bucket/azure";
import { AzureFoundation } from "../../constructs/foundation/azure";
import { AzureRegistry } from "../../constructs/registry/azure";
import { AzureReplication } from "../../constructs/replication/azure";
import type { AzureProvider } from "../../inventory/inventory";
import { planReplication } from "../plan-replication";
import { storesOf } from "../stores";
import { AzureStack, type AzureStackProps } from "./azure-stack";

/** What holds artifacts at one Azure provider: one replicated registry, an account for each mirror, and their copying. */
export class AzureStorageStack extends AzureStack {
  /** @throws Error where the provider has no mirror, or its registry no home (see `registryPlaces`). */
  constructor(scope: Construct, id: string, props: AzureStackProps) {
    super(scope, id, props);
    const { provider } = props;
    const { resourceGroup } = this.#createFoundation(provider);
    this.#createRegistry(provider, resourceGroup);
    const buckets = this.#createBuckets(provider, resourceGroup);
    this.#createReplication(provider, buckets);
    new TerraformOutput(this, "stores", { description: "What holds artifacts, by kind.", value: storesOf(provider) });
  }

  #createFoundation(provider: AzureProvider): AzureFoundation {
    return new AzureFoundation(this, "foundation", {
      resourceGroup: provider.resourceGroup,
      location: foundationLocation(provider),
      tags: this.tags,
      retired: provider.mirrors.every(({ state }) => state === "retired"),
    });
  }

  /**
   * Locked while none of its mirrors is retired. The lock covers the replicas as well: it goes when a mirror is retired, so
   * that the replica can be removed with the mirror's entry, and comes back afterwards.
   */
  #createRegistry(provider: AzureProvider, resourceGroup: string): void {
    const places = registryPlaces(provider);
    if (places === undefined) return;
    const states = provider.mirrors.filter(({ registry }) => registry !== undefined).map(({ state }) => state);
    new AzureRegistry(this, "registry", {
      name: provider.registryName,
      ...places,
      resourceGroup,
      tags: this.tags,
      locked: !states.includes("retired"),
      retired: states.every((state) => state === "retired"),
    });
  }

  #createBuckets({ mirrors }: AzureProvider, resourceGroup: string): AzureBucket[] {
    return mirrors.flatMap(({ key, region, bucket, state }) => {
      if (bucket === undefined) return [];
      const { name } = bucket;
      const retired = state === "retired";
      return [new AzureBucket(this, `bucket-${key}`, { name, region, resourceGroup, tags: this.tags, retired })];
    });
  }

  #createReplication(provider: AzureProvider, buckets: readonly AzureBucket[]): void {
    const replication = planReplication(provider, buckets);
    if (replication !== undefined) new AzureReplication(this, "replication", replication);
  }
}

/**
 * The region that keeps the data of a provider's resource group: its primary, or else its first mirror.
 *
 * @throws Error where the provider has neither
 */
function foundationLocation({ key, primary, mirrors }: AzureProvider): string {
  const location = primary ?? mirrors[0]?.region;
  if (location === undefined)
    throw new Error(`providers.${key}: it has no mirror, so its resource group has no region`);
  return location;
}

/**
 * Where the provider's registry is, and where its replicas are; nothing where no mirror has a registry. Its home is
 * `primary`, or else the only region that has it. Several regions without a `primary` are refused: a registry cannot be
 * moved, and a home that depended on the list would be another one with the next mirror.
 *
 * @throws Error where there are several regions and no `primary`
 */
export function registryPlaces({
  key,
  primary,
  mirrors,
}: AzureProvider): { readonly home: string; readonly replicas: readonly string[] } | undefined {
  const regions = mirrors.filter(({ registry }) => registry !== undefined).map(({ region }) => region);
  const [first] = regions;
  if (first === undefined) return undefined;
  if (primary === undefined && regions.length > 1) {
    throw new Error(
      `providers.${key}: its registry is in ${regions.join(", ")}, and one of them has to be its home; name it in \`primary\``,
    );
  }
  const home = primary ?? first;
  return { home, replicas: regions.filter((region) => region !== home) };
}
