import { ContainerRegistry } from "@cdktf/provider-azurerm/lib/container-registry";
import { ContainerRegistryTask } from "@cdktf/provider-azurerm/lib/container-registry-task";
import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import type { Construct } from "constructs";
import { blobContainer } from "../../inventory/names";
import { Capability } from "../capability";
import { azureAccountSettings } from "../foundation/azure-account-settings";

/** Properties of `AzureStaging`. */
export interface AzureStagingProps {
  /** The region of the stores. */
  readonly region: string;
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The tags of the stores. */
  readonly tags: Readonly<Record<string, string>>;
  /** The name of a container registry, globally unique. @default none */
  readonly registry?: string | undefined;
  /** The name of a storage account, globally unique. @default none */
  readonly account?: string | undefined;
  /** The object ids of the principals that may write. */
  readonly writers: readonly string[];
  /** The identities that may read, such as the promoter's, by what they are called here. They must exist. @default none */
  readonly readers?: Readonly<Record<string, { readonly name: string; readonly resourceGroup: string }>>;
  /** Days after which artifacts are deleted. */
  readonly retention: number;
}

/** Days for which deleted and replaced blobs, and containers, can be restored. */
const deletedDays = 7;

/** Every night at three, UTC. */
const nightly = "0 3 * * *";

/** Seconds. The longest time that a task may take is eight hours (Azure Container Registry, "Tasks YAML reference"). */
const purgeSeconds = 3600;

/**
 * The private stores of one project: a registry of its own, because a role opens a whole registry, and a storage account. Its writers
 * may also replace and delete; its readers may only read.
 *
 * The account deletes by age. A registry cannot: its retention policy is for untagged manifests, and only in the Premium tier. So a task
 * in the registry removes old tags and what they leave behind (Azure Container Registry, "Purge images automatically"); tasks do not run
 * in free trial subscriptions.
 */
export class AzureStaging extends Capability {
  readonly capability = "staging" as const;
  readonly #props: AzureStagingProps;
  /** The object ids of the readers' identities. */
  readonly #readers: readonly (readonly [reader: string, principalId: string])[];

  constructor(scope: Construct, id: string, props: AzureStagingProps) {
    super(scope, id);
    this.#props = props;
    this.#readers = this.#findReaders();
    if (props.registry !== undefined) this.#createRegistry(props.registry);
    if (props.account !== undefined) this.#createAccount(props.account);
  }

  #findReaders(): [string, string][] {
    return Object.entries(this.#props.readers ?? {}).map(([reader, { name, resourceGroup: resourceGroupName }]) => [
      reader,
      new DataAzurermUserAssignedIdentity(this, reader, { name, resourceGroupName }).principalId,
    ]);
  }

  #createRegistry(name: string): void {
    const { region, resourceGroup, tags, writers } = this.#props;
    const { id: scope } = new ContainerRegistry(this, "registry", {
      name,
      location: region,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      sku: "Standard",
      adminEnabled: false,
      anonymousPullEnabled: false,
      lifecycle: { preventDestroy: true },
    });
    this.#purgeRegistry(scope);
    for (const writer of writers) {
      this.#assign(`registry-${writer}`, scope, "AcrPush", writer);
      this.#assign(`registry-delete-${writer}`, scope, "AcrDelete", writer);
    }
    for (const [reader, id] of this.#readers) this.#assign(`registry-${reader}`, scope, "AcrPull", id);
  }

  #purgeRegistry(containerRegistryId: string): void {
    const { retention, tags } = this.#props;
    const task = [
      "version: v1.1.0",
      "steps:",
      `  - cmd: acr purge --filter '.*:.*' --ago ${retention}d --untagged`,
      "    disableWorkingDirectoryOverride: true",
      `    timeout: ${purgeSeconds}`,
      "",
    ].join("\n");
    new ContainerRegistryTask(this, "purge", {
      name: "retention",
      containerRegistryId,
      tags: { ...tags },
      platform: { os: "Linux" },
      timeoutInSeconds: purgeSeconds,
      encodedStep: { taskContent: Buffer.from(task).toString("base64") },
      timerTrigger: [{ name: "nightly", schedule: nightly }],
    });
  }

  #createAccount(name: string): void {
    const { region, resourceGroup, tags, writers } = this.#props;
    const account = new StorageAccount(this, "account", {
      name,
      location: region,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      ...azureAccountSettings,
      allowNestedItemsToBePublic: false,
      blobProperties: {
        versioningEnabled: true,
        deleteRetentionPolicy: { days: deletedDays },
        containerDeleteRetentionPolicy: { days: deletedDays },
      },
      lifecycle: { preventDestroy: true },
    });
    this.#expireBlobs(account);
    const { resourceManagerId: scope } = this.#createContainer(account);
    for (const writer of writers) this.#assign(`blobs-${writer}`, scope, "Storage Blob Data Contributor", writer);
    for (const [reader, id] of this.#readers) this.#assign(`blobs-${reader}`, scope, "Storage Blob Data Reader", id);
  }

  #createContainer({ id: storageAccountId }: StorageAccount): StorageContainer {
    return new StorageContainer(this, "container", {
      name: blobContainer,
      storageAccountId,
      containerAccessType: "private",
      lifecycle: { preventDestroy: true },
    });
  }

  /**
   * Versions only undo mistakes. Azure counts from a version's creation, not from its replacement; soft deletion then keeps it
   * for another week, so that there is always that much time.
   */
  #expireBlobs({ id }: StorageAccount): void {
    new StorageManagementPolicy(this, "lifecycle", {
      storageAccountId: id,
      rule: [
        {
          name: "retention",
          enabled: true,
          filters: { blobTypes: ["blockBlob"] },
          actions: {
            baseBlob: { deleteAfterDaysSinceModificationGreaterThan: this.#props.retention },
            version: { deleteAfterDaysSinceCreation: deletedDays },
          },
        },
      ],
    });
  }

  #assign(id: string, scope: string, roleDefinitionName: string, principalId: string): void {
    new RoleAssignment(this, id, { scope, roleDefinitionName, principalId });
  }
}
