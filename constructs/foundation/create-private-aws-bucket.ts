import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";

/** A private bucket of S3. */
export interface PrivateAwsBucketProps {
  /** The bucket's name, globally unique. */
  readonly name: string;
  /** The bucket's region. */
  readonly region: string;
  /** When objects and their replaced versions expire, in the form of the lifecycle rule. */
  readonly expiry: {
    /** @default objects never expire */
    readonly expiration?: readonly { readonly days?: number; readonly expiredObjectDeleteMarker?: boolean }[];
    readonly noncurrentVersionExpiration: readonly { readonly noncurrentDays: number }[];
  };
  /** Whether a plan that would destroy the bucket fails. @default false: it is only not destroyed with something in it */
  readonly preventDestroy?: boolean;
  /** The statements of the policy besides the one that refuses plain HTTP. @default none */
  readonly statements?: readonly object[];
}

/** A private bucket, and what its first object must wait for. */
export interface PrivateAwsBucket {
  readonly bucket: S3Bucket;
  /** So that the first object is a version, too, and is written under the policy. */
  readonly ready: readonly ITerraformDependable[];
}

/**
 * Creates a private bucket in a construct: versioned, encrypted with S3's own keys, without access lists, TLS only. It is never destroyed with
 * something in it.
 */
export function createPrivateAwsBucket(scope: Construct, props: PrivateAwsBucketProps): PrivateAwsBucket {
  const { name, region, preventDestroy } = props;
  const lifecycle = preventDestroy === true ? { lifecycle: { preventDestroy } } : {};
  const bucket = new S3Bucket(scope, "bucket", { region, bucket: name, ...lifecycle });
  const place = { region, bucket: bucket.id };
  new S3BucketOwnershipControls(scope, "ownership", { ...place, rule: { objectOwnership: "BucketOwnerEnforced" } });
  new S3BucketServerSideEncryptionConfigurationA(scope, "encryption", {
    ...place,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  const versioning = new S3BucketVersioningA(scope, "versioning", {
    ...place,
    versioningConfiguration: { status: "Enabled" },
  });
  expireVersions(scope, place, props, versioning);
  return { bucket, ready: [versioning, createPolicy(scope, place, props)] };
}

type Place = { readonly region: string; readonly bucket: string };

function expireVersions(
  scope: Construct,
  place: Place,
  { expiry: { expiration, noncurrentVersionExpiration } }: PrivateAwsBucketProps,
  versioning: ITerraformDependable,
): void {
  new S3BucketLifecycleConfiguration(scope, "lifecycle", {
    ...place,
    rule: [
      {
        id: "clean-up",
        status: "Enabled",
        filter: [{ prefix: "" }],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        ...(expiration && { expiration: [...expiration] }),
        noncurrentVersionExpiration: [...noncurrentVersionExpiration],
      },
    ],
    // S3 refuses to expire versions before versioning is enabled.
    dependsOn: [versioning],
  });
}

function createPolicy(
  scope: Construct,
  place: Place,
  { name, statements = [] }: PrivateAwsBucketProps,
): S3BucketPolicy {
  const block = new S3BucketPublicAccessBlock(scope, "public-access", {
    ...place,
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  });
  const onlyOverTls = {
    Sid: "OnlyOverTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return new S3BucketPolicy(scope, "policy", {
    ...place,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [...statements, onlyOverTls] }),
    // S3 answers 409 to simultaneous changes of one bucket's access.
    dependsOn: [block],
  });
}
