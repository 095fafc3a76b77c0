import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import type { Construct } from "constructs";
import { blobContainer } from "../../inventory/names";
import { Capability } from "../capability";
import { azureAccountSettings } from "../foundation/azure-account-settings";

/** Properties of `AzureBucket`. */
export interface AzureBucketProps {
  /** The storage account's name, globally unique. */
  readonly name: string;
  /** The account's region. */
  readonly region: string;
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The account's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the account may be destroyed, with everything in it. @default false */
  readonly retired?: boolean;
}

/** Days for which deleted blobs, versions and containers can be restored. */
const deletedDays = 30;
/**
 * Days after which a noncurrent version is deleted. Azure counts them from the version's creation, so an artifact that was
 * published long ago is deleted on the day on which it is replaced or removed. As soft deletion then keeps it for
 * `deletedDays` (Azure Storage, "Lifecycle management policies that delete blobs"), every version can be restored for at least
 * 30 days after it became noncurrent, and is gone after at most 37.
 */
const versionDays = 7;
/** Days for which the change feed keeps changes: many times longer than replication ever lags. */
const changeFeedDays = 30;

/**
 * A storage account with one container of public artifacts: versioned, publicly readable, not listable. There is no lock
 * on it: a lock on an account also covers its replication policies, and would keep a retired destination alive.
 */
export class AzureBucket extends Capability {
  readonly capability = "bucket" as const;
  readonly region: string;
  /** The storage account's id. */
  readonly account: string;
  /** The container's name. */
  readonly container: string;
  /** The container's id. */
  readonly containerId: string;

  constructor(scope: Construct, id: string, props: AzureBucketProps) {
    super(scope, id);
    this.region = props.region;
    const account = this.#createAccount(props);
    this.#createLifecycle(account);
    this.account = account.id;
    const container = this.#createContainer(account, props);
    this.container = container.name;
    this.containerId = container.resourceManagerId;
  }

  #createAccount({ name, region, resourceGroup, tags, retired = false }: AzureBucketProps): StorageAccount {
    return new StorageAccount(this, "account", {
      name,
      location: region,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      ...azureAccountSettings,
      // Without it, no container of the account could allow anonymous reads.
      allowNestedItemsToBePublic: true,
      blobProperties: {
        // Object replication needs versions at both ends and a change feed at its source (Azure Storage, "Object
        // replication"). The primary may change, so every account has both.
        versioningEnabled: true,
        changeFeedEnabled: true,
        changeFeedRetentionInDays: changeFeedDays,
        deleteRetentionPolicy: { days: deletedDays },
        containerDeleteRetentionPolicy: { days: deletedDays },
      },
      lifecycle: { preventDestroy: !retired },
    });
  }

  /** Names the account by id, so that Azure Resource Manager creates the container: by name, that needs a role on the data. */
  #createContainer(account: StorageAccount, { retired = false }: AzureBucketProps): StorageContainer {
    return new StorageContainer(this, "container", {
      name: blobContainer,
      storageAccountId: account.id,
      // "blob" allows reading blobs by name. "container" would also allow listing them.
      containerAccessType: "blob",
      lifecycle: { preventDestroy: !retired },
    });
  }

  /** Needs no rule for unfinished uploads: Azure deletes their blocks after a week ("Put Block"). */
  #createLifecycle({ id }: StorageAccount): void {
    new StorageManagementPolicy(this, "lifecycle", {
      storageAccountId: id,
      rule: [
        {
          name: "clean-up",
          enabled: true,
          filters: { blobTypes: ["blockBlob"] },
          actions: { version: { deleteAfterDaysSinceCreation: versionDays } },
        },
      ],
    });
  }
}
