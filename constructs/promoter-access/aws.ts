import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { StoreRights } from "./store-rights";

/** Properties of `AwsPromoterAccess`. */
export interface AwsPromoterAccessProps {
  /** The name of the role, which must exist: the promoter's, or the planner's. */
  readonly role: string;
  /** What the names of the policies begin with. @default "promote" */
  readonly verb?: string;
  /** The mirror's key, for the names of the policies. */
  readonly mirror: string;
  /** A bucket. @default none */
  readonly bucket?: { readonly name: string; readonly rights: StoreRights };
  /** Repositories of ECR Public. @default none */
  readonly registry?: {
    readonly account: string;
    readonly repositories: readonly string[];
    readonly rights: StoreRights;
  };
}

/** What a push needs of a repository (Amazon ECR Public User Guide, "Pushing a Docker image": required permissions). */
const pushActions = [
  "ecr-public:BatchCheckLayerAvailability",
  "ecr-public:CompleteLayerUpload",
  "ecr-public:InitiateLayerUpload",
  "ecr-public:PutImage",
  "ecr-public:UploadLayerPart",
];

/** What a plan asks: which digests and tags a repository has (Service Authorization Reference, ECR Public). */
const listActions = ["ecr-public:DescribeImages"];

/** What signing in needs. Neither action applies to a resource (Service Authorization Reference, ECR Public and STS). */
const signInActions = ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"];

/**
 * What the promoter, or the planner, may do in the stores of one mirror.
 *
 * S3 has no right to create that excludes replacing: `PutObject` is both. Buckets are versioned, so a replaced object can be restored
 * for as long as the bucket keeps versions, and the promoter may not delete versions. A bucket that may be emptied by withdrawal grants
 * `DeleteObject`, which only hides an object behind a marker.
 *
 * A policy for each store: another mirror adds an address and changes none. At 150 to 290 characters, the 10,240 that a role's inline
 * policies may have together suffice for at least 35 mirrors (IAM User Guide, "IAM and STS quotas").
 */
export class AwsPromoterAccess extends Capability {
  readonly capability = "promoter-access" as const;
  readonly #props: AwsPromoterAccessProps;

  constructor(scope: Construct, id: string, props: AwsPromoterAccessProps) {
    super(scope, id);
    this.#props = props;
    if (props.bucket !== undefined) this.#grantBucket(props.bucket);
    if (props.registry !== undefined) this.#grantRegistry(props.registry);
  }

  /** Without `ListBucket`, S3 answers 403 for a missing object instead of 404 (Amazon S3 API Reference, "HeadObject"). */
  #grantBucket({ name, rights: { create, remove } }: NonNullable<AwsPromoterAccessProps["bucket"]>): void {
    this.#createPolicy("bucket", [
      {
        Effect: "Allow",
        Action: [
          "s3:GetObject",
          "s3:ListBucket",
          ...(create ? ["s3:PutObject", "s3:AbortMultipartUpload"] : []),
          ...(remove ? ["s3:DeleteObject"] : []),
        ],
        Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
      },
    ]);
  }

  #grantRegistry({ account, repositories, rights }: NonNullable<AwsPromoterAccessProps["registry"]>): void {
    this.#createPolicy("registry", [
      { Effect: "Allow", Action: signInActions, Resource: "*" },
      {
        Effect: "Allow",
        // Everyone may pull.
        Action: [
          ...listActions,
          ...(rights.create ? pushActions : []),
          ...(rights.remove ? ["ecr-public:BatchDeleteImage"] : []),
        ],
        Resource: repositories.map((name) => `arn:aws:ecr-public::${account}:repository/${name}`),
      },
    ]);
  }

  #createPolicy(store: string, statements: readonly object[]): void {
    const { role, mirror, verb = "promote" } = this.#props;
    new IamRolePolicy(this, store, {
      name: `${verb}-${store}-${mirror}`,
      role,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
  }
}
