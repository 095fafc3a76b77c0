import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { auditLogDays } from "./audit-log-days";

/** Properties of `AwsAuditLog`. */
export interface AwsAuditLogProps {
  /** The trail's name: at most 128 characters (CloudTrail, "CreateTrail"). */
  readonly name: string;
  /** The bucket's name, globally unique. */
  readonly bucket: string;
  /** The region of bucket and trail. The trail logs all regions. */
  readonly region: string;
  /** The account number. */
  readonly account: string;
}

/**
 * A trail of who changed what in the account, in a private bucket: every management event, and every write to an object of a bucket. Reads of
 * objects are not logged: anonymous downloads are what mirrors are for.
 */
export class AwsAuditLog extends Capability {
  readonly capability = "audit-log" as const;
  readonly #props: AwsAuditLogProps;

  constructor(scope: Construct, id: string, props: AwsAuditLogProps) {
    super(scope, id);
    this.#props = props;
    const bucket = this.#createBucket();
    this.#protectContent(bucket);
    this.#createTrail(bucket, this.#createPolicy(bucket));
  }

  #createBucket(): S3Bucket {
    return new S3Bucket(this, "bucket", {
      region: this.#props.region,
      bucket: this.#props.bucket,
      lifecycle: { preventDestroy: true },
    });
  }

  #protectContent({ id: bucket }: S3Bucket): void {
    const { region } = this.#props;
    new S3BucketOwnershipControls(this, "ownership", {
      region,
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      region,
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      region,
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      region,
      bucket,
      rule: [
        {
          id: "clean-up",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
          expiration: [{ days: auditLogDays }],
          noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
        },
      ],
      dependsOn: [versioning],
    });
  }

  /** What CloudTrail needs, for this trail alone, and that nobody deletes a log (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"). */
  #createPolicy({ id }: S3Bucket): S3BucketPolicy {
    const { bucket: name, region, account, name: trail } = this.#props;
    const bucket = `arn:aws:s3:::${name}`;
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      region,
      bucket: id,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    });
    const source = { "aws:SourceArn": `arn:aws:cloudtrail:${region}:${account}:trail/${trail}` };
    const trusted = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } };
    const deny = { Effect: "Deny", Principal: "*", Resource: [bucket, `${bucket}/*`] };
    return new S3BucketPolicy(this, "policy", {
      region,
      bucket: id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { ...trusted, Action: "s3:GetBucketAcl", Resource: bucket, Condition: { StringEquals: source } },
          {
            ...trusted,
            Action: "s3:PutObject",
            Resource: `${bucket}/AWSLogs/${account}/*`,
            Condition: { StringEquals: { ...source, "s3:x-amz-acl": "bucket-owner-full-control" } },
          },
          { Sid: "OnlyOverTls", ...deny, Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
          { Sid: "KeepLogs", ...deny, Action: ["s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"] },
        ],
      }),
      dependsOn: [block],
    });
  }

  #createTrail({ id }: S3Bucket, policy: S3BucketPolicy): void {
    new Cloudtrail(this, "trail", {
      region: this.#props.region,
      name: this.#props.name,
      s3BucketName: id,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      advancedEventSelector: [
        { name: "changes of resources", fieldSelector: [{ field: "eventCategory", equalTo: ["Management"] }] },
        {
          name: "writes to objects",
          fieldSelector: [
            { field: "eventCategory", equalTo: ["Data"] },
            { field: "readOnly", equalTo: ["false"] },
            { field: "resources.type", equalTo: ["AWS::S3::Object"] },
            // Each log that is written would be logged.
            { field: "resources.ARN", notStartsWith: [`arn:aws:s3:::${this.#props.bucket}/`] },
          ],
        },
      ],
      // CloudTrail writes to the bucket before the trail is there.
      dependsOn: [policy],
    });
  }
}
