import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { StorageBucketObject } from "@cdktf/provider-google/lib/storage-bucket-object";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { promotionPrefix } from "./promotion-prefix";

/** Properties of `GoogleRoutingTable`. */
export interface GoogleRoutingTableProps {
  /** The name of the table's bucket, globally unique. */
  readonly bucket: string;
  /** The compiled routing table, with the SHA-256 of its bytes in hexadecimal. */
  readonly table: { readonly path: string; readonly sha256: string };
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
  /** The promoter's principal, which may keep objects of its own beside the table. @default nobody */
  readonly promoter?: string | undefined;
}

/**
 * A multi-region, because instances in every region read the table. It is a constant: if it were the first region of the
 * redirector, the bucket would be recreated whenever another region came first.
 */
const bucketLocation = "US";

/**
 * The table's name in its bucket, which never changes: a new table under this name updates all redirectors within a minute
 * or two, without a new revision of any.
 */
const objectName = "routing.table";

/** Days for which replaced tables can be restored. Soft deletion keeps them for another week. */
const noncurrentDays = 30;

/** Seven days, in seconds: the shortest period that Cloud Storage accepts, other than zero (Cloud Storage, "Soft delete"). */
const softDeleteSeconds = 604_800;

/**
 * The routing table in a private bucket, which instances mount, and where they look for new ones: it directs every client, so
 * the bucket is versioned, and is never destroyed with something in it. A bucket cannot refuse plain HTTP, but nothing in it is
 * readable without credentials, which are only sent over TLS.
 */
export class GoogleRoutingTable extends Capability {
  readonly capability = "routing-table" as const;
  readonly bucket: string;
  /** The table's name in the bucket. */
  readonly object: string;

  constructor(scope: Construct, id: string, props: GoogleRoutingTableProps) {
    super(scope, id);
    const { bucket: name, table, services = [], promoter } = props;
    const bucket = this.#createBucket(name, services);
    this.bucket = bucket.name;
    this.object = this.#uploadTable(bucket, table).name;
    if (promoter !== undefined) {
      this.#createDirectory(bucket);
      this.#admitPromoter(bucket, name, promoter);
    }
  }

  #createBucket(name: string, services: readonly ITerraformDependable[]): StorageBucket {
    return new StorageBucket(this, "bucket", {
      name,
      location: bucketLocation,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: softDeleteSeconds },
      lifecycleRule: [
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: noncurrentDays } },
      ],
      dependsOn: [...services],
    });
  }

  #uploadTable(bucket: StorageBucket, { path, sha256 }: GoogleRoutingTableProps["table"]): StorageBucketObject {
    const asset = new TerraformAsset(this, "file", { path, type: AssetType.FILE, assetHash: sha256 });
    return new StorageBucketObject(this, "object", {
      bucket: bucket.name,
      name: objectName,
      source: asset.path,
      // A mount caches for a minute by default; no other cache may store the table (Cloud Storage, "Cache-Control").
      cacheControl: "no-store",
    });
  }

  /** A mount shows a directory only if there is an object of its name (Cloud Storage FUSE, "Implicit directories"). */
  #createDirectory({ name: bucket }: StorageBucket): void {
    new StorageBucketObject(this, "directory", { bucket, name: promotionPrefix, content: " " });
  }

  /** A lease is created, renewed and removed; renewing needs the right to delete. */
  #admitPromoter({ name: bucket }: StorageBucket, name: string, member: string): void {
    const prefix = `projects/_/buckets/${name}/objects/${promotionPrefix}`;
    new StorageBucketIamMember(this, "promoter", {
      bucket,
      role: "roles/storage.objectUser",
      member,
      condition: {
        title: "promotion's own objects",
        expression: `resource.name.startsWith(${JSON.stringify(prefix)})`,
      },
    });
  }
}
