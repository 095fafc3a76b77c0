import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { StorageBucketObject } from "@cdktf/provider-google/lib/storage-bucket-object";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";

/** What a `GoogleRoutingTable` is made from. */
export interface GoogleRoutingTableProps {
  /** The name of the bucket that the table is put in, unique in the world. */
  readonly bucket: string;
  /** The compiled routing table, with the SHA-256 of its bytes in hexadecimal. */
  readonly table: { readonly path: string; readonly sha256: string };
  /** Who reads it, as IAM writes members. */
  readonly reader: string;
  /** The APIs that must be enabled first. */
  readonly services: readonly ITerraformDependable[];
}

/**
 * A multi-region, as every region's instances read the table. A constant: with the first region of the
 * redirector as its place, the bucket would be made anew whenever another region came first.
 */
const LOCATION = "US";

/**
 * The table's name in its bucket, always the same: who puts a new table there changes what all redirectors do within a
 * minute or two, without a new revision of any.
 */
const OBJECT = "routing.table";

/** The routing table in a private bucket, which instances mount, and look into for a new one. */
export class GoogleRoutingTable extends Construct {
  readonly bucket: string;
  /** The table's name in the bucket. */
  readonly object: string;
  /** An instance that starts without it could not read the table. */
  readonly reading: ITerraformDependable;

  constructor(scope: Construct, id: string, { bucket: name, table, reader, services }: GoogleRoutingTableProps) {
    super(scope, id);
    const bucket = new StorageBucket(this, "bucket", {
      name,
      location: LOCATION,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      // Nothing in it that a synthesis does not make again: it goes with the redirector.
      forceDestroy: true,
      dependsOn: [...services],
    });
    this.bucket = bucket.name;
    this.object = this.uploaded(bucket, table).name;
    this.reading = new StorageBucketIamMember(this, "reader", {
      bucket: bucket.name,
      role: "roles/storage.objectViewer",
      member: reader,
    });
  }

  private uploaded(bucket: StorageBucket, { path, sha256 }: GoogleRoutingTableProps["table"]): StorageBucketObject {
    const asset = new TerraformAsset(this, "file", { path, type: AssetType.FILE, assetHash: sha256 });
    return new StorageBucketObject(this, "object", {
      bucket: bucket.name,
      name: OBJECT,
      source: asset.path,
      // Mounted buckets are cached for a minute by default; nobody else may keep it (Cloud Storage, "Cache-Control").
      cacheControl: "no-store",
    });
  }
}
