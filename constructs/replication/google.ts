import { DataGoogleStorageTransferProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-transfer-project-service-account";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { StorageTransferJob } from "@cdktf/provider-google/lib/storage-transfer-job";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { GoogleBucket } from "../bucket/google";
import { Capability } from "../capability";

/** Properties of `GoogleReplication`. */
export interface GoogleReplicationProps {
  /** The bucket to copy from. */
  readonly source: GoogleBucket;
  /** The buckets to copy to. */
  readonly destinations: readonly GoogleBucket[];
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** The shortest interval that a schedule accepts (Terraform, `google_storage_transfer_job`, `repeat_interval`). */
const hourly = "3600s";

/** A fixed past date: the job starts at once and the output never changes. */
const startDate = { year: 2025, month: 1, day: 1 };

/**
 * Copies new and changed objects of one bucket to the provider's other buckets, every hour. Nothing is deleted there: an
 * empty bucket that became the source by mistake would empty all the others.
 *
 * It copies by schedule, not by event. Cross-bucket replication is faster (minutes instead of an hour), but never copies
 * existing objects (Storage Transfer API, `ReplicationSpec`), so a new mirror would stay empty. Its agent also has to
 * change the source bucket's notifications and own Pub/Sub topics in the whole project. A schedule compares the buckets:
 * it fills a new mirror and repairs missed copies, and its agent only reads one bucket and writes to the others.
 */
export class GoogleReplication extends Capability {
  readonly capability = "replication" as const;

  constructor(scope: Construct, id: string, { source, destinations, services = [] }: GoogleReplicationProps) {
    super(scope, id);
    const agent = new DataGoogleStorageTransferProjectServiceAccount(this, "agent", { dependsOn: [...services] });
    const readGrants = this.#grantRead(agent.member, source);
    for (const destination of destinations) {
      const writeGrant = this.#grantWrite(agent.member, destination);
      this.#createJob(source, destination, [...readGrants, writeGrant]);
    }
  }

  /** The two roles that Storage Transfer Service names for a source in Cloud Storage ("Configure access to a source"). */
  #grantRead(member: string, { name: bucket }: GoogleBucket): ITerraformDependable[] {
    return [
      new StorageBucketIamMember(this, "read-bucket", { bucket, role: "roles/storage.legacyBucketReader", member }),
      new StorageBucketIamMember(this, "read-objects", { bucket, role: "roles/storage.objectViewer", member }),
    ];
  }

  /** May create, overwrite, delete and list objects, but not change the bucket itself ("Configure access to a sink"). */
  #grantWrite(member: string, { name: bucket, region }: GoogleBucket): ITerraformDependable {
    return new StorageBucketIamMember(this, `write-${region}`, {
      bucket,
      role: "roles/storage.legacyBucketWriter",
      member,
    });
  }

  #createJob(source: GoogleBucket, destination: GoogleBucket, grants: readonly ITerraformDependable[]): void {
    new StorageTransferJob(this, `copy-${destination.region}`, {
      description: `Artifacts from ${source.region} to ${destination.region}`,
      transferSpec: {
        gcsDataSource: { bucketName: source.name },
        gcsDataSink: { bucketName: destination.name },
        transferOptions: {
          overwriteWhen: "DIFFERENT",
          deleteObjectsUniqueInSink: false,
          deleteObjectsFromSourceAfterTransfer: false,
        },
      },
      schedule: { scheduleStartDate: startDate, repeatInterval: hourly },
      // A job is refused until its agent has the permissions.
      dependsOn: [...grants],
    });
  }
}
