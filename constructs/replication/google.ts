import { DataGoogleStorageTransferProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-transfer-project-service-account";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { StorageTransferJob } from "@cdktf/provider-google/lib/storage-transfer-job";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { GoogleBucket } from "../bucket/google";
import { Capability } from "../capability";

/** What a `GoogleReplication` is made from. */
export interface GoogleReplicationProps {
  /** The bucket that everything is copied from. */
  readonly source: GoogleBucket;
  /** The buckets that it is copied to. */
  readonly destinations: readonly GoogleBucket[];
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** The shortest interval that a schedule takes (Terraform, `google_storage_transfer_job`, `repeat_interval`). */
const hourly = "3600s";

/** A day that has been: a job then begins by itself, and the date is the same at every synthesis. */
const startDate = { year: 2025, month: 1, day: 1 };

/**
 * Copies what is new or different in one bucket to the provider's other buckets, every hour. Nothing is deleted there: an empty
 * bucket that became the source by mistake would empty all others.
 *
 * By schedule, not by event. Cross-bucket replication is faster, minutes instead of an hour, but never copies what was
 * there before it (Storage Transfer API, `ReplicationSpec`), so that a new mirror would stay empty; and its agent has to
 * change the source bucket's notifications and own Pub/Sub topics in the whole project. A schedule compares the buckets:
 * it fills a new mirror and mends what was missed, and its agent only reads one bucket and writes the others.
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

  /** Create, overwrite, delete and list objects, and nothing of the bucket itself ("Configure access to a sink"). */
  #grantWrite(member: string, { name: bucket, region }: GoogleBucket): ITerraformDependable {
    return new StorageBucketIamMember(this, `write-${region}`, {
      bucket,
      role: "roles/storage.legacyBucketWriter",
      member,
    });
  }

  #createJob(source: GoogleBucket, destination: GoogleBucket, grants: readonly ITerraformDependable[]): void {
    new StorageTransferJob(this, `copy-${destination.region}`, {
      description: `Artifacts of ${source.region} to ${destination.region}`,
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
      // A job is refused until its agent may do what it asks.
      dependsOn: [...grants],
    });
  }
}
