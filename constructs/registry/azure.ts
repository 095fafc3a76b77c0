import { ContainerRegistry } from "@cdktf/provider-azurerm/lib/container-registry";
import { ManagementLock } from "@cdktf/provider-azurerm/lib/management-lock";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** What an `AzureRegistry` is made from. */
export interface AzureRegistryProps {
  /** The registry's name, unique in the world. */
  readonly name: string;
  /** The region in which the registry itself is. */
  readonly home: string;
  /** The regions to which it is replicated, sorted, without `home`. */
  readonly replicas: readonly string[];
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The tags of the registry and its replicas. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether people are kept from deleting the registry or one of its replicas. @default true */
  readonly locked?: boolean;
  /** Whether the registry may be destroyed, with every image in it. @default false */
  readonly retired?: boolean;
}

/**
 * A registry for the mirror's images and nothing else, since anonymous pull opens every repository in it. Anonymous pull
 * takes the Standard tier, replication Premium (Azure Container Registry, "Service tiers"); from one to the other it is
 * changed in place.
 *
 * Zone redundancy is not asked for: Azure gives it to every registry and replica in a region with zones, whatever the
 * property says, and asking for it where there are none fails (Azure Container Registry, "Zone redundancy").
 *
 * No retention of untagged manifests: the manifests of a multi-platform image carry no tag of their own, and users pull old
 * digests for years.
 */
export class AzureRegistry extends Capability {
  readonly capability = "registry" as const;

  constructor(scope: Construct, id: string, props: AzureRegistryProps) {
    super(scope, id);
    const registry = this.#createRegistry(props);
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
      // Never the home region, and in alphabetical order: both are the provider's (azurerm_container_registry).
      georeplications: replicas.map((location) => ({ location, tags: { ...tags } })),
      lifecycle: { preventDestroy: !retired },
    });
  }

  /** Terraform keeps to `prevent_destroy`; the lock keeps everybody else from it. It takes the right to manage locks. */
  #lockRegistry({ id }: ContainerRegistry): void {
    new ManagementLock(this, "lock", {
      name: "holds-artifacts",
      scope: id,
      lockLevel: "CanNotDelete",
      notes: "Public images are served from here. To remove it, retire its mirrors in mirrors.yaml.",
    });
  }
}
