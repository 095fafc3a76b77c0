import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { createPrivateAwsBucket } from "../foundation/create-private-aws-bucket";

/** Properties of `AwsTableAudit`. */
export interface AwsTableAuditProps {
  /** The trail's name. */
  readonly name: string;
  /** The name of the bucket for the log, globally unique. */
  readonly bucket: string;
  /** The region of the table's bucket, and of the log's. */
  readonly region: string;
  /** The account number. */
  readonly account: string;
  /** The name of the table's bucket. */
  readonly tableBucket: string;
}

/** Days for which the log is kept: people who look into an incident look back a year. */
const logDays = 400;

/**
 * A log of who writes routing tables, and promotion's objects beside them. It contains no reads: those are the redirectors', every minute.
 * Its files are signed (CloudTrail User Guide, "Validating CloudTrail log file integrity").
 */
export class AwsTableAudit extends Capability {
  readonly capability = "table-audit" as const;

  constructor(scope: Construct, id: string, props: AwsTableAuditProps) {
    super(scope, id);
    const { name, bucket, region, tableBucket } = props;
    const log = createPrivateAwsBucket(this, {
      name: bucket,
      region,
      expiry: { expiration: [{ days: logDays }], noncurrentVersionExpiration: [{ noncurrentDays: 30 }] },
      statements: trailStatements(props),
    });
    new Cloudtrail(this, "trail", {
      name,
      region,
      s3BucketName: log.bucket.id,
      includeGlobalServiceEvents: false,
      isMultiRegionTrail: false,
      enableLogFileValidation: true,
      advancedEventSelector: [
        {
          name: "writes of routing tables",
          fieldSelector: [
            { field: "eventCategory", equalTo: ["Data"] },
            { field: "resources.type", equalTo: ["AWS::S3::Object"] },
            { field: "readOnly", equalTo: ["false"] },
            { field: "resources.ARN", startsWith: [`arn:aws:s3:::${tableBucket}/`] },
          ],
        },
      ],
      // CloudTrail refuses a bucket that it may not write to.
      dependsOn: [...log.ready],
    });
  }
}

/** What CloudTrail needs, for this trail alone (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"). */
function trailStatements({ name, bucket, region, account }: AwsTableAuditProps): object[] {
  const source = { "aws:SourceArn": `arn:aws:cloudtrail:${region}:${account}:trail/${name}` };
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  return [
    {
      Sid: "CheckBucket",
      Effect: "Allow",
      Principal,
      Action: "s3:GetBucketAcl",
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: { StringEquals: source },
    },
    {
      Sid: "WriteLog",
      Effect: "Allow",
      Principal,
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${bucket}/AWSLogs/${account}/*`,
      Condition: { StringEquals: { ...source, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}
