import { StorageObjectReplication } from "@cdktf/provider-azurerm/lib/storage-object-replication";
import type { Construct } from "constructs";
import type { AzureBucket } from "../bucket/azure";
import { Capability } from "../capability";

/** What an `AzureReplication` is made from. */
export interface AzureReplicationProps {
  /** The account that everything is copied from. */
  readonly source: AzureBucket;
  /** The accounts that it is copied to: at most `mostAzureCopies`, which a rule of the inventory sees to. */
  readonly destinations: readonly AzureBucket[];
}

/**
 * Copies one account's artifacts to others, and what was there before. What only a destination has stays; a blob that is deleted at
 * the source stays at the destinations as a previous version (Azure Storage, "Object replication"). While it does so nobody
 * else can write to the destinations: Azure answers 409.
 */
export class AzureReplication extends Capability {
  readonly capability = "replication" as const;

  constructor(scope: Construct, id: string, { source, destinations }: AzureReplicationProps) {
    super(scope, id);
    for (const destination of destinations) this.#createCopy(source, destination);
  }

  #createCopy(source: AzureBucket, destination: AzureBucket): void {
    new StorageObjectReplication(this, `copy-${destination.region}`, {
      sourceStorageAccountId: source.account,
      destinationStorageAccountId: destination.account,
      rules: [
        {
          sourceContainerName: source.container,
          destinationContainerName: destination.container,
          // Also what is there already, so that a new mirror is filled.
          copyBlobsCreatedAfter: "Everything",
        },
      ],
    });
  }
}
