import { ManagementLock } from "@cdktf/provider-azurerm/lib/management-lock";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import type { Construct } from "constructs";
import { stateContainer } from "../../inventory/names";
import { Capability } from "../capability";
import { azureAccountSettings } from "../foundation/azure-account-settings";

/** Properties of `AzureState`. */
export interface AzureStateProps {
  /** The name of the resource group, which holds nothing else. */
  readonly resourceGroup: string;
  /** The storage account's name, globally unique. */
  readonly account: string;
  /** The region of a new account. An existing one stays where it is. */
  readonly region: string;
  /** The tags of group and account. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Days for which deleted blobs and containers can be restored: the most that Azure accepts (Azure Storage, "Soft delete for blobs"). */
const deletedDays = 365;

/**
 * The storage account for the states of a subscription's stacks: versioned, private, encrypted as Azure always is, copied to a second region,
 * and locked against deletion. It keeps every version. Terraform locks a state by a lease of its blob (Terraform, "azurerm backend").
 */
export class AzureState extends Capability {
  readonly capability = "state" as const;
  /** The id of the storage account. */
  readonly account: string;
  /** The id of the container. */
  readonly container: string;

  constructor(scope: Construct, id: string, props: AzureStateProps) {
    super(scope, id);
    const account = this.#createAccount(this.#createGroup(props), props);
    this.account = account.id;
    this.container = this.#createContainer(account).resourceManagerId;
    this.#lockAccount(account);
  }

  #createGroup({ resourceGroup: name, region: location, tags }: AzureStateProps): ResourceGroup {
    return new ResourceGroup(this, "resource-group", {
      name,
      location,
      tags: { ...tags },
      lifecycle: { preventDestroy: true, ignoreChanges: ["location"] },
    });
  }

  #createAccount(group: ResourceGroup, { account: name, region, tags }: AzureStateProps): StorageAccount {
    return new StorageAccount(this, "account", {
      name,
      location: region,
      resourceGroupName: group.name,
      tags: { ...tags },
      ...azureAccountSettings,
      // Nothing else knows what is deployed.
      accountReplicationType: "GRS",
      allowNestedItemsToBePublic: false,
      blobProperties: {
        versioningEnabled: true,
        deleteRetentionPolicy: { days: deletedDays },
        containerDeleteRetentionPolicy: { days: deletedDays },
      },
      lifecycle: { preventDestroy: true, ignoreChanges: ["location"] },
    });
  }

  #createContainer({ id: storageAccountId }: StorageAccount): StorageContainer {
    return new StorageContainer(this, "container", {
      name: stateContainer,
      storageAccountId,
      containerAccessType: "private",
      lifecycle: { preventDestroy: true },
    });
  }

  /** It keeps account and container; blobs are data, so states can still be written. */
  #lockAccount({ id: scope }: StorageAccount): void {
    new ManagementLock(this, "lock", {
      name: "terraform-state",
      scope,
      lockLevel: "CanNotDelete",
      notes: "Terraform's state of all stacks.",
    });
  }
}
