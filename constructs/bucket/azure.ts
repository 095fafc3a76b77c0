import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import type { Construct } from "constructs";
import { blobContainer } from "../../inventory/names";
import { Capability } from "../capability";

/** What an `AzureBucket` is made from. */
export interface AzureBucketProps {
  /** The storage account's name, unique in the world. */
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

/** Days for which what was deleted can be had back. */
const deletedDays = 7;
/** Days after which a version may go that is no longer the current one, counted from when it was written. */
const versionDays = 30;
/** Days for which changes are kept in the feed, many times what replication is ever behind. */
const changeFeedDays = 30;

/**
 * A storage account with one container of public artifacts: versioned, read by everyone, listed by nobody. No lock stands
 * on it: a lock on an account is one on its replication policies too, and would keep a retired destination alive.
 */
export class AzureBucket extends Capability {
  readonly capability = "bucket" as const;
  readonly region: string;
  /** The storage account's id. */
  readonly account: string;
  /** The container's name. */
  readonly container: string;

  constructor(scope: Construct, id: string, props: AzureBucketProps) {
    super(scope, id);
    this.region = props.region;
    const account = this.#createAccount(props);
    this.#createLifecycle(account);
    this.account = account.id;
    this.container = this.#createContainer(account, props).name;
  }

  #createAccount({ name, region, resourceGroup, tags, retired = false }: AzureBucketProps): StorageAccount {
    return new StorageAccount(this, "account", {
      name,
      location: region,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      accountKind: "StorageV2",
      accountTier: "Standard",
      // Every mirror is a copy of the origin: a second copy within the region would be paid for and never asked.
      accountReplicationType: "LRS",
      minTlsVersion: "TLS1_2",
      httpsTrafficOnlyEnabled: true,
      // Without it no container of the account could answer anybody who does not sign in.
      allowNestedItemsToBePublic: true,
      sharedAccessKeyEnabled: false,
      defaultToOauthAuthentication: true,
      localUserEnabled: false,
      crossTenantReplicationEnabled: false,
      blobProperties: {
        // Object replication wants versions at both ends and a change feed at its source (Azure Storage, "Object
        // replication"); which end an account is may change, so every account has both.
        versioningEnabled: true,
        changeFeedEnabled: true,
        changeFeedRetentionInDays: changeFeedDays,
        deleteRetentionPolicy: { days: deletedDays },
        containerDeleteRetentionPolicy: { days: deletedDays },
      },
      lifecycle: { preventDestroy: !retired },
    });
  }

  /** By the account's id, so that it is made through Azure Resource Manager: by name it would need a role on the data. */
  #createContainer(account: StorageAccount, { retired = false }: AzureBucketProps): StorageContainer {
    return new StorageContainer(this, "container", {
      name: blobContainer,
      storageAccountId: account.id,
      // "blob": a blob whose name is known. "container" would give the names as well.
      containerAccessType: "blob",
      lifecycle: { preventDestroy: !retired },
    });
  }

  /** Azure drops the blocks of an upload that was never finished by itself, after a week ("Put Block"). */
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
