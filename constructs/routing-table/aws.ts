import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** What an `AwsRoutingTable` is made from. */
export interface AwsRoutingTableProps {
  /** The bucket's name, unique in the world. */
  readonly bucket: string;
  /** The bucket's region. Redirectors of all regions read it. */
  readonly region: string;
  /** The compiled routing table, with the SHA-256 of its bytes in hexadecimal. */
  readonly table: { readonly path: string; readonly sha256: string };
}

/**
 * The table's name in its bucket, always the same: who puts a new table there changes what all redirectors do within a
 * minute, without deploying any.
 */
const KEY = "routing.table";

/** The routing table in a private bucket, where running redirectors look for a new one. */
export class AwsRoutingTable extends Capability {
  readonly capability = "redirector" as const;
  /** Where redirectors find it, as `MIRRORFORM_TABLE_SOURCE` takes it. */
  readonly source: string;
  /** What a reader needs to be allowed. */
  readonly objectArn: string;

  constructor(scope: Construct, id: string, { bucket: name, region, table }: AwsRoutingTableProps) {
    super(scope, id);
    this.source = `s3://${name}/${KEY}?region=${region}`;
    this.objectArn = `arn:aws:s3:::${name}/${KEY}`;
    // Nothing in it that a synthesis does not make again: it goes with the redirector.
    const { id: bucket } = new S3Bucket(this, "bucket", { region, bucket: name, forceDestroy: true });
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
    new S3BucketPublicAccessBlock(this, "public-access", {
      region,
      bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    });
    const asset = new TerraformAsset(this, "file", { path: table.path, type: AssetType.FILE, assetHash: table.sha256 });
    new S3Object(this, "object", { region, bucket, key: KEY, source: asset.path, sourceHash: table.sha256 });
  }
}
