import { StorageObjectReplication } from "@cdktf/provider-azurerm/lib/storage-object-replication";
import type { Construct } from "constructs";
import type { AzureBucket } from "../bucket/azure";
import { Capability } from "../capability";

/** Properties of `AzureReplication`. */
export interface AzureReplicationProps {
  /** The account to copy from. */
  readonly source: AzureBucket;
  /** The accounts to copy to: at most `mostAzureCopies`, which a rule of the inventory ensures. */
  readonly destinations: readonly AzureBucket[];
}

/**
 * Copies the artifacts of one account to others, existing ones included. Blobs that only a destination has stay there, and a
 * blob that is deleted at the source stays at the destinations as a previous version (Azure Storage, "Object replication").
 * Meanwhile nothing else can write to the destinations: Azure answers 409.
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
          // Existing blobs included, so that a new mirror is filled.
          copyBlobsCreatedAfter: "Everything",
        },
      ],
    });
  }
}
