import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { BucketAccess } from "../../inventory/inventory";
import { Capability } from "../capability";

/** Properties of `AwsBucket`. */
export interface AwsBucketProps {
  /** The bucket's name, globally unique. */
  readonly name: string;
  /** The bucket's region. */
  readonly region: string;
  /** Who may read the bucket: only its own CloudFront distribution (`cdn`), or everyone (`direct`). @default "cdn" */
  readonly access?: BucketAccess;
  /** Whether the bucket may be destroyed, with everything in it. @default false */
  readonly retired?: boolean;
}

/**
 * CloudFront's managed cache policy "CachingOptimized": objects are cached for a day, or for up to a year if they say so,
 * and neither query nor cookies are part of the key (Amazon CloudFront Developer Guide, "Use managed cache policies").
 */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/**
 * CloudFront's managed response headers policy "SecurityHeadersPolicy": https only from then on, no guessing of types, no
 * frames (Amazon CloudFront Developer Guide, "Use managed response headers policies"). An account can only have 20 policies of
 * its own, and may have more distributions.
 */
const securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03";

/**
 * A bucket of public artifacts in one region: versioned, encrypted, TLS only, and not listable. By default it is private
 * and a CloudFront distribution is the only reader. With `direct` it answers anonymous downloads itself.
 */
export class AwsBucket extends Capability {
  readonly capability = "bucket" as const;
  readonly name: string;
  readonly region: string;
  /** Replication must wait for versioning at both ends. */
  readonly versioning: ITerraformDependable;
  /** The distribution's domain name. Missing if access is `direct`. */
  readonly domainName?: string;

  constructor(scope: Construct, id: string, { name, region, access = "cdn", retired = false }: AwsBucketProps) {
    super(scope, id);
    this.name = name;
    this.region = region;
    const bucket = this.#createBucket(retired);
    this.#enforceOwnership(bucket);
    this.#encryptBucket(bucket);
    const versioning = this.#enableVersioning(bucket);
    this.#createLifecycle(bucket, versioning);
    this.versioning = versioning;
    const block = this.#blockPublicAccess(bucket, access);
    if (access === "direct") {
      this.#createPolicy(bucket, block, allowEveryone(name));
    } else {
      const distribution = this.#createDistribution(bucket);
      this.#createPolicy(bucket, block, allowDistribution(name, distribution.arn));
      this.domainName = distribution.domainName;
    }
  }

  #createBucket(retired: boolean): S3Bucket {
    return new S3Bucket(this, "bucket", {
      region: this.region,
      bucket: this.name,
      forceDestroy: retired,
      lifecycle: { preventDestroy: !retired },
    });
  }

  /** Disables access control lists: only the bucket policy grants access. */
  #enforceOwnership({ id }: S3Bucket): void {
    new S3BucketOwnershipControls(this, "ownership", {
      region: this.region,
      bucket: id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  }

  /** Uses S3's own keys: with a KMS key, every reader of a public object would need permission to use the key. */
  #encryptBucket({ id }: S3Bucket): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      region: this.region,
      bucket: id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
  }

  #enableVersioning({ id }: S3Bucket): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "versioning", {
      region: this.region,
      bucket: id,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  #createLifecycle({ id }: S3Bucket, versioning: S3BucketVersioningA): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      region: this.region,
      bucket: id,
      rule: [
        {
          id: "clean-up",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
          noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
        },
      ],
      // S3 refuses to expire versions before versioning is enabled.
      dependsOn: [versioning],
    });
  }

  /** Access control lists never open the bucket. A policy does if access is `direct`. */
  #blockPublicAccess({ id }: S3Bucket, access: BucketAccess): S3BucketPublicAccessBlock {
    return new S3BucketPublicAccessBlock(this, "public-access", {
      region: this.region,
      bucket: id,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: access === "cdn",
      restrictPublicBuckets: access === "cdn",
    });
  }

  #createPolicy({ id }: S3Bucket, block: S3BucketPublicAccessBlock, policy: object): void {
    new S3BucketPolicy(this, "policy", {
      region: this.region,
      bucket: id,
      policy: JSON.stringify(policy),
      // S3 refuses a public policy while the account's defaults block it.
      dependsOn: [block],
    });
  }

  #createDistribution(bucket: S3Bucket): CloudfrontDistribution {
    const control = this.#createAccessControl();
    return new CloudfrontDistribution(this, "distribution", {
      comment: this.name,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      origin: [{ originId: "bucket", domainName: bucket.bucketRegionalDomainName, originAccessControlId: control.id }],
      defaultCacheBehavior: {
        targetOriginId: "bucket",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        cachePolicyId: cachingOptimized,
        responseHeadersPolicyId: securityHeaders,
        // The redirector only names https, so no client needs a redirect from http.
        viewerProtocolPolicy: "https-only",
        // Clients verify digests, so the bytes must not change.
        compress: false,
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
  }

  /** Makes the distribution sign its requests to S3, so that the bucket policy can allow it alone. */
  #createAccessControl(): CloudfrontOriginAccessControl {
    return new CloudfrontOriginAccessControl(this, "access-control", {
      name: this.name,
      description: `Reads ${this.name}`,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
  }
}

function objectsOf(name: string): string {
  return `arn:aws:s3:::${name}/*`;
}

/** Anyone may read an object by its name. No one may list the names. */
function allowEveryone(name: string): object {
  return policyFor(name, { Sid: "ReadByEveryone", Effect: "Allow", Principal: "*" });
}

/** Names the distribution's ARN: CloudFront's service principal alone would allow the distributions of any account. */
function allowDistribution(name: string, distribution: string): object {
  return policyFor(name, {
    Sid: "ReadByDistribution",
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "AWS:SourceArn": distribution } },
  });
}

function policyFor(name: string, reader: object): object {
  return {
    Version: "2012-10-17",
    Statement: [
      { ...reader, Action: "s3:GetObject", Resource: objectsOf(name) },
      {
        Sid: "OnlyOverTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${name}`, objectsOf(name)],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
