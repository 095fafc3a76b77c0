import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `GoogleBucket`. */
export interface GoogleBucketProps {
  /** The bucket's name, globally unique. */
  readonly name: string;
  /** The bucket's region. */
  readonly region: string;
  /** Whether the bucket may be destroyed, with everything in it. @default false */
  readonly retired?: boolean;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** Seven days, in seconds: the shortest period that Cloud Storage accepts, other than zero (Cloud Storage, "Soft delete"). */
const softDeleteSeconds = 604_800;

/** A bucket of public artifacts in one region: versioned, publicly readable, not listable. */
export class GoogleBucket extends Capability {
  readonly capability = "bucket" as const;
  readonly name: string;
  readonly region: string;

  constructor(scope: Construct, id: string, props: GoogleBucketProps) {
    super(scope, id);
    this.region = props.region;
    const bucket = this.#createBucket(props);
    this.#allowReadByEveryone(bucket);
    this.name = bucket.name;
  }

  #createBucket({ name, region, retired = false, services = [] }: GoogleBucketProps): StorageBucket {
    return new StorageBucket(this, "bucket", {
      name,
      location: region,
      uniformBucketLevelAccess: true,
      // "enforced" would refuse the public reader below. An organization policy that enforces it takes precedence.
      publicAccessPrevention: "inherited",
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: softDeleteSeconds },
      lifecycleRule: [
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } },
      ],
      forceDestroy: retired,
      lifecycle: { preventDestroy: !retired },
      dependsOn: [...services],
    });
  }

  /**
   * Storage Object Viewer, the role in the tutorials, also allows listing. Legacy Object Reader is the only predefined
   * role with nothing but `storage.objects.get`. "Legacy" means that it corresponds to an entry in an access control list,
   * not that it needs one: it can be granted on a bucket with uniform access like any role (Cloud Storage, "IAM roles").
   */
  #allowReadByEveryone({ name }: StorageBucket): void {
    new StorageBucketIamMember(this, "reader", {
      bucket: name,
      role: "roles/storage.legacyObjectReader",
      member: "allUsers",
    });
  }
}
