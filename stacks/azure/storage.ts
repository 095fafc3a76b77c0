import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AzureBucket } from "../../constructs/bucket/azure";
import { AzureFoundation } from "../../constructs/foundation/azure";
import { AzurePromoterAccess } from "../../constructs/promoter-access/azure";
import { readOnlyRights, type StoreRights } from "../../constructs/promoter-access/store-rights";
import { AzureRegistry } from "../../constructs/registry/azure";
import { AzureReplication } from "../../constructs/replication/azure";
import { storageDeploymentOf } from "../../facts/deployment";
import { azureRegistryPlaces } from "../../inventory/azure-registry-places";
import type { AzureMirror, AzureProvider } from "../../inventory/inventory";
import { bootstrapResourceGroupName, plannerName, promoterName } from "../../inventory/names";
import { hasPlanner } from "../has-planner";
import { hasPromoter } from "../has-promoter";
import { planReplication } from "../plan-replication";
import { bucketRights, registryRights } from "../plan-store-rights";
import { storesOf } from "../stores";
import { AzureStack, type AzureStackProps } from "./azure-stack";
import { foundationLocation } from "./foundation-location";

/** The stores of one Azure provider: one replicated registry, an account for each mirror, and replication between accounts. */
export class AzureStorageStack extends AzureStack {
  /** @throws Error if the provider has no mirror, or its registry has no home (see `azureRegistryPlaces`) */
  constructor(scope: Construct, id: string, props: AzureStackProps) {
    super(scope, id, props);
    const { inventory, provider } = props;
    const { resourceGroup, id: groupId } = this.#createFoundation(provider);
    const registry = this.#createRegistry(provider, resourceGroup);
    const buckets = this.#createBuckets(provider, resourceGroup);
    this.#createReplication(provider, buckets);
    if (hasPromoter(inventory)) this.#admitPromoter(props, groupId, registry, buckets);
    if (hasPlanner(inventory)) this.#admitPlanner(props, groupId, registry, buckets);
    new TerraformOutput(this, "deployment", {
      description: "What all resources of the provider depend on.",
      value: storageDeploymentOf(props.inventory.project.name, provider),
    });
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
  #createRegistry(provider: AzureProvider, resourceGroup: string): AzureRegistry | undefined {
    const places = azureRegistryPlaces(provider);
    if (places === undefined) return undefined;
    const states = provider.mirrors.filter(({ registry }) => registry !== undefined).map(({ state }) => state);
    return new AzureRegistry(this, "registry", {
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

  #admitPromoter(
    { inventory, provider }: AzureStackProps,
    scope: string,
    registry: AzureRegistry | undefined,
    buckets: readonly AzureBucket[],
  ): void {
    const [project, key] = [inventory.project.name, provider.key];
    const kept = provider.mirrors.filter(({ state }) => state !== "retired");
    const rights = sharedRegistryRights(kept);
    new AzurePromoterAccess(this, "promoter", {
      identity: { name: promoterName(project, key), resourceGroup: bootstrapResourceGroupName(project, key) },
      scope,
      containers: kept.flatMap((mirror) => {
        const bucket = buckets.find(({ region }) => region === mirror.region);
        if (bucket === undefined) return [];
        return [{ mirror: mirror.key, id: bucket.containerId, rights: bucketRights(inventory, provider, mirror) }];
      }),
      registry: registry && rights && { id: registry.id, rights },
    });
  }

  #admitPlanner(
    { inventory, provider }: AzureStackProps,
    scope: string,
    registry: AzureRegistry | undefined,
    buckets: readonly AzureBucket[],
  ): void {
    const [project, key] = [inventory.project.name, provider.key];
    const kept = provider.mirrors.filter(({ state }) => state !== "retired");
    const hasRegistry = kept.some((mirror) => mirror.registry !== undefined);
    new AzurePromoterAccess(this, "planner", {
      identity: { name: plannerName(project, key), resourceGroup: bootstrapResourceGroupName(project, key) },
      scope,
      containers: kept.flatMap((mirror) => {
        const bucket = buckets.find(({ region }) => region === mirror.region);
        return bucket === undefined ? [] : [{ mirror: mirror.key, id: bucket.containerId, rights: readOnlyRights }];
      }),
      registry: registry && hasRegistry ? { id: registry.id, rights: readOnlyRights } : undefined,
    });
  }
}

/** The replicas of a registry are one store: it may be emptied if one of its mirrors allows withdrawal. None without a registry. */
function sharedRegistryRights(mirrors: readonly AzureMirror[]): StoreRights | undefined {
  const rights = mirrors.filter(({ registry }) => registry !== undefined).map(registryRights);
  return rights.find(({ remove }) => remove) ?? rights[0];
}
