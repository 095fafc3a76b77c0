import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcrRepositoryPolicy } from "@cdktf/provider-aws/lib/ecr-repository-policy";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { Construct } from "constructs";
import { Capability } from "../capability";

/** Properties of `AwsStaging`. */
export interface AwsStagingProps {
  /** The project's key, for the names of policies. */
  readonly project: string;
  /** The region of the stores. */
  readonly region: string;
  /** The account number. */
  readonly account: string;
  /** Repositories of ECR. @default none */
  readonly repositories?: readonly string[] | undefined;
  /** The name of a bucket, globally unique. @default none */
  readonly bucket?: string | undefined;
  /** The ARNs of the roles and users that may write. */
  readonly writers: readonly string[];
  /** The names of the roles that may read, such as the promoter's, by what they are called here. @default none */
  readonly readers?: Readonly<Record<string, string>>;
  /** Days after which artifacts are deleted. */
  readonly retention: number;
}

/** Days for which replaced and deleted objects can be restored. */
const noncurrentDays = 7;

const pullActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
  "ecr:ListImages",
];

/** What a push needs besides (Amazon ECR User Guide, "IAM permissions for pushing an image"), and removing what was pushed. */
const pushActions = [
  "ecr:BatchDeleteImage",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/**
 * The private stores of one project: repositories of ECR, which are never public, and a bucket. Its writers may also replace and delete;
 * its readers may only read.
 *
 * Both stores delete by age: repositories by a lifecycle policy, within a day of expiry, the bucket by a lifecycle rule. Signing in to
 * ECR (`ecr:GetAuthorizationToken`) cannot be granted by a repository: writers need it from their own account.
 */
export class AwsStaging extends Capability {
  readonly capability = "staging" as const;
  readonly #props: AwsStagingProps;

  constructor(scope: Construct, id: string, props: AwsStagingProps) {
    super(scope, id);
    this.#props = props;
    const { repositories = [], bucket, readers = {} } = props;
    for (const name of repositories) this.#createRepository(name);
    if (bucket !== undefined) this.#createBucket(bucket);
    for (const [reader, role] of Object.entries(readers)) this.#grantRead(reader, role);
  }

  #createRepository(name: string): void {
    const { region, writers, retention } = this.#props;
    const { name: repository } = new EcrRepository(this, `repository-${name}`, {
      region,
      name,
      // A rebuilt release moves its tag. Promotion goes by digest.
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "AES256" }],
      lifecycle: { preventDestroy: true },
    });
    new EcrLifecyclePolicy(this, `retention-${name}`, {
      region,
      repository,
      policy: JSON.stringify(expiryPolicy(retention)),
    });
    new EcrRepositoryPolicy(this, `writers-${name}`, {
      region,
      repository,
      policy: policyOf([
        {
          Sid: "Write",
          Effect: "Allow",
          Principal: { AWS: [...writers] },
          Action: [...pullActions, ...pushActions].sort(),
        },
      ]),
    });
  }

  #createBucket(name: string): void {
    const { region } = this.#props;
    const { id: bucket } = new S3Bucket(this, "bucket", {
      region,
      bucket: name,
      lifecycle: { preventDestroy: true },
    });
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
    this.#expireObjects(bucket);
    this.#allowWriters(bucket, name);
  }

  /** Versions only undo mistakes: they expire soon after they are replaced or deleted. */
  #expireObjects(bucket: string): void {
    const { region, retention } = this.#props;
    const versioning = new S3BucketVersioningA(this, "versioning", {
      region,
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      region,
      bucket,
      rule: [
        {
          id: "retention",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: retention }],
          noncurrentVersionExpiration: [{ noncurrentDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      // S3 refuses to expire versions before versioning is enabled.
      dependsOn: [versioning],
    });
  }

  #allowWriters(bucket: string, name: string): void {
    const { region, writers } = this.#props;
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      region,
      bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    });
    new S3BucketPolicy(this, "policy", {
      region,
      bucket,
      policy: policyOf([
        {
          Sid: "Write",
          Effect: "Allow",
          Principal: { AWS: [...writers] },
          Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
          Resource: resourcesOf(name),
        },
        {
          Sid: "OnlyOverTls",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: resourcesOf(name),
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      dependsOn: [block],
    });
  }

  #grantRead(reader: string, role: string): void {
    const { project, region, account, repositories = [], bucket } = this.#props;
    const statements: object[] = [];
    if (repositories.length > 0) {
      statements.push(
        // Applies to no resource (Service Authorization Reference, Amazon ECR).
        { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        {
          Effect: "Allow",
          Action: pullActions,
          Resource: repositories.map((name) => `arn:aws:ecr:${region}:${account}:repository/${name}`),
        },
      );
    }
    if (bucket !== undefined) {
      statements.push({ Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: resourcesOf(bucket) });
    }
    new IamRolePolicy(this, reader, { name: `read-staging-${project}`, role, policy: policyOf(statements) });
  }
}

function resourcesOf(bucket: string): readonly string[] {
  return [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
}

function policyOf(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function expiryPolicy(days: number): object {
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Expires after ${days} days`,
        selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: days },
        action: { type: "expire" },
      },
    ],
  };
}
