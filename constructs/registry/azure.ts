import { ContainerRegistry } from "@cdktf/provider-azurerm/lib/container-registry";
import { ManagementLock } from "@cdktf/provider-azurerm/lib/management-lock";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `AzureRegistry`. */
export interface AzureRegistryProps {
  /** The registry's name, globally unique. */
  readonly name: string;
  /** The home region of the registry. */
  readonly home: string;
  /** The regions of its replicas, sorted, without `home`. */
  readonly replicas: readonly string[];
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The tags of the registry and its replicas. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a lock prevents the deletion of the registry and its replicas. @default true */
  readonly locked?: boolean;
  /** Whether the registry may be destroyed, with every image in it. @default false */
  readonly retired?: boolean;
}

/**
 * A registry only for the mirror's images, because anonymous pull opens every repository in it. Anonymous pull requires the
 * Standard tier, replication requires Premium (Azure Container Registry, "Service tiers"). The tier changes in place.
 *
 * Zone redundancy is not requested: Azure provides it to every registry and replica in a region with zones, whatever the
 * property says, and requesting it in a region without zones fails (Azure Container Registry, "Zone redundancy").
 *
 * There is no retention policy for untagged manifests: the manifests of a multi-platform image have no tags of their own,
 * and users pull old digests for years.
 */
export class AzureRegistry extends Capability {
  readonly capability = "registry" as const;
  /** The registry's id. */
  readonly id: string;

  constructor(scope: Construct, id: string, props: AzureRegistryProps) {
    super(scope, id);
    const registry = this.#createRegistry(props);
    this.id = registry.id;
    if (props.locked ?? true) this.#lockRegistry(registry);
  }

  #createRegistry(props: AzureRegistryProps): ContainerRegistry {
    const { name, home, replicas, resourceGroup, tags, retired = false } = props;
    return new ContainerRegistry(this, "registry", {
      name,
      location: home,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      sku: replicas.length > 0 ? "Premium" : "Standard",
      adminEnabled: false,
      anonymousPullEnabled: true,
      // Without the home region and in alphabetical order, as the provider requires (azurerm_container_registry).
      georeplications: replicas.map((location) => ({ location, tags: { ...tags } })),
      lifecycle: { preventDestroy: !retired },
    });
  }

  /** `prevent_destroy` only stops Terraform; the lock stops everyone. It requires permission to manage locks. */
  #lockRegistry({ id }: ContainerRegistry): void {
    new ManagementLock(this, "lock", {
      name: "holds-artifacts",
      scope: id,
      lockLevel: "CanNotDelete",
      notes: "Public images are served from here. To remove it, retire its mirrors in mirrors.yaml.",
    });
  }
}
