import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { createPrivateAwsBucket } from "../foundation/create-private-aws-bucket";
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

/**
 * Replaced tables can be restored for 30 days. A removed lease leaves a delete marker, which is removed once no version is behind it.
 */
const expiry = {
  expiration: [{ expiredObjectDeleteMarker: true }],
  noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
};

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
    const { bucket, ready } = createPrivateAwsBucket(this, { name, region, expiry });
    this.#uploadTable(bucket, table, ready);
    if (promoter !== undefined) this.#admitPromoter(name, promoter);
  }

  #uploadTable(
    { id }: S3Bucket,
    { path, sha256 }: AwsRoutingTableProps["table"],
    ready: readonly ITerraformDependable[],
  ): void {
    const asset = new TerraformAsset(this, "file", { path, type: AssetType.FILE, assetHash: sha256 });
    new S3Object(this, "object", {
      region: this.#region,
      bucket: id,
      key: tableKey,
      source: asset.path,
      sourceHash: sha256,
      dependsOn: [...ready],
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
