import { StorageObjectReplication } from "@cdktf/provider-azurerm/lib/storage-object-replication";
import type { Construct } from "constructs";
import type { AzureBucket } from "../bucket/azure";
import { Capability } from "../capability";

/** What an `AzureReplication` is made from. */
export interface AzureReplicationProps {
  /** The account that everything is copied from. */
  readonly source: AzureBucket;
  /** The accounts that it is copied to: at most `mostDestinations`. */
  readonly destinations: readonly AzureBucket[];
}

/**
 * The number of accounts to which one account can be replicated (Azure Storage, "Object replication", replication
 * policies). A chain of accounts is nowhere promised to work.
 */
export const mostDestinations = 2;

/**
 * Copies one account's artifacts to others, deletions included, and what was there before. While it does so nobody else
 * can write to the destinations: Azure answers 409.
 */
export class AzureReplication extends Capability {
  readonly capability = "replication" as const;

  /** @throws where there are more destinations than Azure takes. */
  constructor(scope: Construct, id: string, { source, destinations }: AzureReplicationProps) {
    super(scope, id);
    if (destinations.length > mostDestinations) {
      const regions = destinations.map(({ region }) => region).join(", ");
      throw new Error(`Azure copies an account to at most ${mostDestinations} others, not to ${regions}`);
    }
    for (const destination of destinations) this.copy(source, destination);
  }

  private copy(source: AzureBucket, destination: AzureBucket): void {
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
