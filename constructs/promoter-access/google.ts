import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { nameCondition } from "./name-condition";
import type { StoreRights } from "./store-rights";

/** Properties of `GooglePromoterAccess`. */
export interface GooglePromoterAccessProps {
  /** The service account of the promoter, or of the planner, as `serviceAccount:<email>`. It must exist. */
  readonly member: string;
  /** An Artifact Registry repository. @default none */
  readonly registry?: { readonly repository: string; readonly region: string; readonly rights: StoreRights };
  /** A bucket with uniform access. @default none */
  readonly bucket?: { readonly name: string; readonly rights: StoreRights };
}

/**
 * What the promoter, or the planner, may do in the stores of one mirror.
 *
 * Registry: Writer uploads, and sets and moves tags; only Repository Administrator deletes. Bucket: Object Creator cannot replace an
 * object, because Cloud Storage asks for `storage.objects.delete` to overwrite (Cloud Storage, "IAM permissions for JSON methods"). So
 * names that may change are granted one by one, by a condition on the object's name.
 */
export class GooglePromoterAccess extends Capability {
  readonly capability = "promoter-access" as const;
  readonly #member: string;

  constructor(scope: Construct, id: string, { member, registry, bucket }: GooglePromoterAccessProps) {
    super(scope, id);
    this.#member = member;
    if (registry !== undefined) this.#grantRegistry(registry);
    if (bucket !== undefined) this.#grantBucket(bucket);
  }

  #grantRegistry({ repository, region, rights }: NonNullable<GooglePromoterAccessProps["registry"]>): void {
    new ArtifactRegistryRepositoryIamMember(this, "registry", {
      repository,
      location: region,
      role: registryRole(rights),
      member: this.#member,
    });
  }

  #grantBucket({ name: bucket, rights }: NonNullable<GooglePromoterAccessProps["bucket"]>): void {
    for (const [id, role] of Object.entries(bucketRoles(rights))) this.#grantBucketRole(`bucket-${id}`, bucket, role);
    if (!rights.remove) for (const pattern of rights.replace) this.#grantReplace(bucket, pattern);
  }

  #grantBucketRole(id: string, bucket: string, role: string): void {
    new StorageBucketIamMember(this, id, { bucket, role, member: this.#member });
  }

  #grantReplace(bucket: string, pattern: string): void {
    new StorageBucketIamMember(this, `bucket-replace-${pattern}`, {
      bucket,
      role: "roles/storage.objectUser",
      member: this.#member,
      condition: { title: `replace ${pattern}`.slice(0, 100), expression: nameCondition(bucket, pattern) },
    });
  }
}

function bucketRoles({ create, remove }: StoreRights): Readonly<Record<string, string>> {
  if (remove) return { remove: "roles/storage.objectUser" };
  const read = { read: "roles/storage.objectViewer" };
  return create ? { ...read, create: "roles/storage.objectCreator" } : read;
}

function registryRole({ create, remove }: StoreRights): string {
  if (remove) return "roles/artifactregistry.repoAdmin";
  return create ? "roles/artifactregistry.writer" : "roles/artifactregistry.reader";
}
