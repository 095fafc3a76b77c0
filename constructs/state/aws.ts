import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { stateHistoryDays } from "./state-history";

/** Properties of `AwsState`. */
export interface AwsStateProps {
  /** The bucket's name, globally unique. */
  readonly name: string;
  /** The bucket's region. */
  readonly region: string;
}

/**
 * The bucket for the states of an account's stacks: versioned, encrypted, private, TLS only. Terraform locks a state with a file beside it,
 * which S3 creates only if it is not there (Terraform, "S3 backend": `use_lockfile`), so there is no table for locks.
 */
export class AwsState extends Capability {
  readonly capability = "state" as const;
  readonly #props: AwsStateProps;

  constructor(scope: Construct, id: string, props: AwsStateProps) {
    super(scope, id);
    this.#props = props;
    const bucket = this.#createBucket();
    this.#enforceOwnership(bucket);
    this.#encryptBucket(bucket);
    this.#createLifecycle(bucket, this.#enableVersioning(bucket));
    this.#createPolicy(bucket, this.#blockPublicAccess(bucket));
  }

  #createBucket(): S3Bucket {
    return new S3Bucket(this, "bucket", {
      region: this.#props.region,
      bucket: this.#props.name,
      lifecycle: { preventDestroy: true },
    });
  }

  #enforceOwnership({ id }: S3Bucket): void {
    new S3BucketOwnershipControls(this, "ownership", {
      region: this.#props.region,
      bucket: id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  }

  /** States hold no secrets: every identity is federated. So S3's own keys suffice. */
  #encryptBucket({ id }: S3Bucket): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      region: this.#props.region,
      bucket: id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
  }

  #enableVersioning({ id }: S3Bucket): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "versioning", {
      region: this.#props.region,
      bucket: id,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  #createLifecycle({ id }: S3Bucket, versioning: S3BucketVersioningA): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      region: this.#props.region,
      bucket: id,
      rule: [
        {
          id: "clean-up",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
          noncurrentVersionExpiration: [{ noncurrentDays: stateHistoryDays }],
        },
      ],
      dependsOn: [versioning],
    });
  }

  #blockPublicAccess({ id }: S3Bucket): S3BucketPublicAccessBlock {
    return new S3BucketPublicAccessBlock(this, "public-access", {
      region: this.#props.region,
      bucket: id,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    });
  }

  /** Nobody deletes the bucket or an old state, unless they first change this policy. Lifecycle rules are not subject to it. */
  #createPolicy({ id }: S3Bucket, block: S3BucketPublicAccessBlock): void {
    const bucket = `arn:aws:s3:::${this.#props.name}`;
    const deny = { Effect: "Deny", Principal: "*" };
    new S3BucketPolicy(this, "policy", {
      region: this.#props.region,
      bucket: id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "OnlyOverTls",
            ...deny,
            Action: "s3:*",
            Resource: [bucket, `${bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          {
            Sid: "KeepHistory",
            ...deny,
            Action: ["s3:DeleteBucket", "s3:DeleteObjectVersion"],
            Resource: [bucket, `${bucket}/*`],
          },
        ],
      }),
      // S3 refuses two changes of a bucket's access at the same time.
      dependsOn: [block],
    });
  }
}
