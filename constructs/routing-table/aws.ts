import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { promotionPrefix } from "./promotion-prefix";

/** Properties of `AwsRoutingTable`. */
export interface AwsRoutingTableProps {
  /** The bucket's name, globally unique. */
  readonly bucket: string;
  /** The bucket's region. Redirectors of all regions read it. */
  readonly region: string;
  /** The compiled routing table, with the SHA-256 of its bytes in hexadecimal. */
  readonly table: { readonly path: string; readonly sha256: string };
  /** The name of the promoter's role, which may keep objects of its own beside the table. @default nobody */
  readonly promoter?: string | undefined;
}

/**
 * The table's name in its bucket, which never changes: a new table under this name updates all redirectors within a minute,
 * without deploying any.
 */
const tableKey = "routing.table";

/** Days for which replaced tables can be restored. */
const noncurrentDays = 30;

/**
 * The routing table in a private bucket, where running redirectors look for new ones: it directs every client, so the bucket is
 * versioned, answers over TLS only, and is never destroyed with something in it.
 */
export class AwsRoutingTable extends Capability {
  readonly capability = "routing-table" as const;
  /** The location of the table, as a value of `MIRRORFORM_TABLE_SOURCE`. */
  readonly source: string;
  /** The ARNs that a reader needs access to: of the table, and of the overlays that the promoter writes. */
  readonly objectArns: readonly string[];
  readonly #region: string;

  constructor(scope: Construct, id: string, { bucket: name, region, table, promoter }: AwsRoutingTableProps) {
    super(scope, id);
    this.#region = region;
    this.source = `s3://${name}/${tableKey}?region=${region}`;
    const overlays = promoter === undefined ? [] : [`${promotionPrefix}overlay.*`];
    this.objectArns = [tableKey, ...overlays].map((key) => `arn:aws:s3:::${name}/${key}`);
    const bucket = this.#createBucket(name);
    this.#enforceOwnership(bucket);
    this.#encryptBucket(bucket);
    const versioning = this.#enableVersioning(bucket);
    this.#expireVersions(bucket, versioning);
    this.#refusePlainHttp(bucket, name, this.#blockPublicAccess(bucket));
    this.#uploadTable(bucket, table, versioning);
    if (promoter !== undefined) this.#admitPromoter(name, promoter);
  }

  #createBucket(name: string): S3Bucket {
    return new S3Bucket(this, "bucket", { region: this.#region, bucket: name });
  }

  #enforceOwnership({ id }: S3Bucket): void {
    new S3BucketOwnershipControls(this, "ownership", {
      region: this.#region,
      bucket: id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  }

  #encryptBucket({ id }: S3Bucket): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      region: this.#region,
      bucket: id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
  }

  #enableVersioning({ id }: S3Bucket): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "versioning", {
      region: this.#region,
      bucket: id,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  /** A removed lease leaves a delete marker, which is removed once no version is behind it. */
  #expireVersions({ id }: S3Bucket, versioning: S3BucketVersioningA): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      region: this.#region,
      bucket: id,
      rule: [
        {
          id: "clean-up",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
          expiration: [{ expiredObjectDeleteMarker: true }],
          noncurrentVersionExpiration: [{ noncurrentDays }],
        },
      ],
      // S3 refuses to expire versions before versioning is enabled.
      dependsOn: [versioning],
    });
  }

  #blockPublicAccess({ id }: S3Bucket): S3BucketPublicAccessBlock {
    return new S3BucketPublicAccessBlock(this, "public-access", {
      region: this.#region,
      bucket: id,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    });
  }

  #refusePlainHttp({ id }: S3Bucket, name: string, block: S3BucketPublicAccessBlock): void {
    new S3BucketPolicy(this, "policy", {
      region: this.#region,
      bucket: id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "OnlyOverTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
      // S3 answers 409 to simultaneous changes of one bucket's access.
      dependsOn: [block],
    });
  }

  #uploadTable(
    { id }: S3Bucket,
    { path, sha256 }: AwsRoutingTableProps["table"],
    versioning: S3BucketVersioningA,
  ): void {
    const asset = new TerraformAsset(this, "file", { path, type: AssetType.FILE, assetHash: sha256 });
    new S3Object(this, "object", {
      region: this.#region,
      bucket: id,
      key: tableKey,
      source: asset.path,
      sourceHash: sha256,
      // So that the first table is a version, too.
      dependsOn: [versioning],
    });
  }

  /** A lease is created, renewed and removed. `ListBucket` makes S3 answer 404 for a missing one (S3 API Reference, "GetObject"). */
  #admitPromoter(bucket: string, role: string): void {
    new IamRolePolicy(this, "promoter", {
      name: "promotion-objects",
      role,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucket}` },
          {
            Effect: "Allow",
            Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            Resource: `arn:aws:s3:::${bucket}/${promotionPrefix}*`,
          },
        ],
      }),
    });
  }
}
