import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AzureBucket } from "../../constructs/bucket/azure";
import { AzureFoundation } from "../../constructs/foundation/azure";
import { AzureRegistry } from "../../constructs/registry/azure";
import { AzureReplication } from "../../constructs/replication/azure";
import { azureRegistryPlaces } from "../../inventory/azure-registry-places";
import type { AzureProvider } from "../../inventory/inventory";
import { planReplication } from "../plan-replication";
import { storesOf } from "../stores";
import { AzureStack, type AzureStackProps } from "./azure-stack";

/** The stores of one Azure provider: one replicated registry, an account for each mirror, and replication between accounts. */
export class AzureStorageStack extends AzureStack {
  /** @throws Error if the provider has no mirror, or its registry has no home (see `azureRegistryPlaces`) */
  constructor(scope: Construct, id: string, props: AzureStackProps) {
    super(scope, id, props);
    const { provider } = props;
    const { resourceGroup } = this.#createFoundation(provider);
    this.#createRegistry(provider, resourceGroup);
    const buckets = this.#createBuckets(provider, resourceGroup);
    this.#createReplication(provider, buckets);
    new TerraformOutput(this, "stores", {
      description: "The regions with stores, by kind.",
      value: storesOf(provider),
    });
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
   * The registry is locked while none of its mirrors is retired. The lock also covers the replicas, so it is removed when
   * a mirror is retired, and restored once the mirror's entry and its replica are gone.
   */
  #createRegistry(provider: AzureProvider, resourceGroup: string): void {
    const places = azureRegistryPlaces(provider);
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
 * The region of a provider's resource group: its primary, or else its first mirror's.
 *
 * @throws Error if the provider has neither
 */
function foundationLocation({ key, primary, mirrors }: AzureProvider): string {
  const location = primary ?? mirrors[0]?.region;
  if (location === undefined)
    throw new Error(`providers.${key}: it has no mirrors, so there is no region for its resource group`);
  return location;
}
