import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { createPrivateAwsBucket } from "../foundation/create-private-aws-bucket";
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
    const { bucket: name, region } = props;
    const { bucket, ready } = createPrivateAwsBucket(this, {
      name,
      region,
      expiry: {
        expiration: [{ days: auditLogDays }],
        noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
      },
      preventDestroy: true,
      statements: this.#listStatements(),
    });
    this.#createTrail(bucket, ready);
  }

  /** What CloudTrail needs, for this trail alone, and that nobody deletes a log (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"). */
  #listStatements(): object[] {
    const { bucket: name, region, account, name: trail } = this.#props;
    const bucket = `arn:aws:s3:::${name}`;
    const source = { "aws:SourceArn": `arn:aws:cloudtrail:${region}:${account}:trail/${trail}` };
    const trusted = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } };
    return [
      { ...trusted, Action: "s3:GetBucketAcl", Resource: bucket, Condition: { StringEquals: source } },
      {
        ...trusted,
        Action: "s3:PutObject",
        Resource: `${bucket}/AWSLogs/${account}/*`,
        Condition: { StringEquals: { ...source, "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
      {
        Sid: "KeepLogs",
        Effect: "Deny",
        Principal: "*",
        Resource: [bucket, `${bucket}/*`],
        Action: ["s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"],
      },
    ];
  }

  #createTrail({ id }: S3Bucket, ready: readonly ITerraformDependable[]): void {
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
      dependsOn: [...ready],
    });
  }
}
