import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { AzurermBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AzureBucket } from "../../constructs/bucket/azure";
import { AzureFoundation } from "../../constructs/foundation/azure";
import { AzureRegistry } from "../../constructs/registry/azure";
import { AzureReplication } from "../../constructs/replication/azure";
import type { AzureProvider, Inventory } from "../../inventory/inventory";
import { replicatedRegions } from "../replicated-regions";
import { storesOf } from "../stores";

/** What an `AzureStorageStack` is made from. */
export interface AzureStorageStackProps {
  readonly inventory: Inventory;
  /** The provider whose stack it is: with at least one mirror. */
  readonly provider: AzureProvider;
}

/** The container for state in the provider's state account; made beforehand, together with the account. */
const STATE_CONTAINER = "terraform-state";

type Tags = Readonly<Record<string, string>>;

/** What holds artifacts at one Azure provider: one replicated registry, an account for each mirror, and their copying. */
export class AzureStorageStack extends TerraformStack {
  /** @throws where a replicated registry has no region to live in (see `registryPlaces`). */
  constructor(scope: Construct, id: string, { inventory, provider }: AzureStorageStackProps) {
    super(scope, id);
    this.configure(provider);
    const tags = { project: inventory.project.name, "managed-by": "mirrorform" };
    const { resourceGroup } = new AzureFoundation(this, "foundation", {
      resourceGroup: provider.resourceGroup,
      location: provider.primary ?? provider.mirrors[0]?.region ?? "",
      tags,
      retired: provider.mirrors.every(({ state }) => state === "retired"),
    });
    this.registry(provider, resourceGroup, tags);
    this.replication(provider, this.buckets(provider, resourceGroup, tags));
    new TerraformOutput(this, "stores", { description: "What holds artifacts, by kind.", value: storesOf(provider) });
  }

  private configure({ subscription, stateResourceGroup, stateAccount }: AzureProvider): void {
    new AzurermBackend(this, {
      subscriptionId: subscription,
      resourceGroupName: stateResourceGroup,
      storageAccountName: stateAccount,
      containerName: STATE_CONTAINER,
      key: this.node.id,
      useAzureadAuth: true,
    });
    new AzurermProvider(this, "azurerm", {
      // The accounts' data is none of Terraform's business: without this, every plan needs a role on the data as well
      // (terraform-provider-azurerm#27752).
      features: [{ storage: [{ dataPlaneAvailable: false }] }],
      subscriptionId: subscription,
      // The accounts take no keys.
      storageUseAzuread: true,
      // By default dozens of services are registered in the subscription; these are used.
      resourceProviderRegistrations: "none",
      resourceProvidersToRegister: ["Microsoft.ContainerRegistry", "Microsoft.Storage"],
    });
  }

  /**
   * Locked while no mirror of it is retired. A lock holds the replicas as well: it goes when a mirror is retired, so that
   * the replica can go with the mirror's entry, and comes back with that.
   */
  private registry(provider: AzureProvider, resourceGroup: string, tags: Tags): void {
    const places = registryPlaces(provider);
    if (places === undefined) return;
    const states = provider.mirrors.filter(({ registry }) => registry !== undefined).map(({ state }) => state);
    new AzureRegistry(this, "registry", {
      name: provider.registryName,
      ...places,
      resourceGroup,
      tags,
      locked: !states.includes("retired"),
      retired: states.every((state) => state === "retired"),
    });
  }

  private buckets({ mirrors }: AzureProvider, resourceGroup: string, tags: Tags): AzureBucket[] {
    return mirrors.flatMap(({ key, region, bucket, state }) => {
      if (bucket === undefined) return [];
      const retired = state === "retired";
      return [new AzureBucket(this, `bucket-${key}`, { ...bucket, region, resourceGroup, tags, retired })];
    });
  }

  private replication(provider: AzureProvider, buckets: readonly AzureBucket[]): void {
    const copied = new Set(replicatedRegions(provider));
    const source = buckets.find(({ region }) => region === provider.primary);
    if (source === undefined || copied.size === 0) return;
    const destinations = buckets.filter(({ region }) => copied.has(region));
    new AzureReplication(this, "replication", { source, destinations });
  }
}

/**
 * Where the provider's registry is, and where its replicas are; nothing where no mirror has a registry. Its home is
 * `primary`, or else the only region that has it. Several regions without a `primary` are refused: a registry cannot be
 * moved, and a home that depended on the list would be another one with the next mirror.
 *
 * @throws where there are several regions and no `primary`.
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
