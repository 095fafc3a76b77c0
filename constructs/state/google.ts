import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { stateHistoryDays } from "./state-history";

/** Properties of `GoogleState`. */
export interface GoogleStateProps {
  /** The bucket's name, globally unique. */
  readonly name: string;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** A multi-region, so that stacks can be changed while a region is down. An imported bucket keeps its own location. */
const bucketLocation = "US";

/** Ninety days, in seconds: the longest period that Cloud Storage accepts (Cloud Storage, "Soft delete"). */
const softDeleteSeconds = 7_776_000;

/**
 * The bucket for the states of a project's stacks: versioned, private, and encrypted, as Cloud Storage always is. Terraform locks a state with an
 * object beside it, which only the first writer creates (Terraform, "GCS backend").
 */
export class GoogleState extends Capability {
  readonly capability = "state" as const;
  readonly bucket: ITerraformDependable;

  constructor(scope: Construct, id: string, { name, services = [] }: GoogleStateProps) {
    super(scope, id);
    this.bucket = new StorageBucket(this, "bucket", {
      name,
      location: bucketLocation,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: softDeleteSeconds },
      lifecycleRule: [
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: stateHistoryDays } },
      ],
      forceDestroy: false,
      lifecycle: { preventDestroy: true, ignoreChanges: ["location"] },
      dependsOn: [...services],
    });
  }
}
