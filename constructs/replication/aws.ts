import { createHash } from "node:crypto";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import {
  S3BucketReplicationConfigurationA,
  type S3BucketReplicationConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration";
import type { Construct } from "constructs";
import type { AwsBucket } from "../bucket/aws";
import { Capability } from "../capability";

/** Properties of `AwsReplication`. */
export interface AwsReplicationProps {
  /** The name of the role that S3 assumes. */
  readonly role: string;
  /** The bucket to copy from. */
  readonly source: AwsBucket;
  /** The buckets to copy to, in the order of their regions: at least one, because S3 accepts no empty configuration. */
  readonly destinations: readonly AwsBucket[];
}

/**
 * Copies new objects of one bucket to the provider's other buckets. Deletions are not copied, and the role may not delete.
 * Objects that were in the source before a destination was added are not copied either: use S3 Batch Replication for those.
 */
export class AwsReplication extends Capability {
  readonly capability = "replication" as const;

  constructor(scope: Construct, id: string, { role: roleName, source, destinations }: AwsReplicationProps) {
    super(scope, id);
    const role = this.#createRole(roleName);
    this.#grantRead(role, source);
    for (const destination of destinations) this.#grantWrite(role, destination);
    this.#createReplication(role, source, destinations);
  }

  #createReplication(role: IamRole, source: AwsBucket, destinations: readonly AwsBucket[]): void {
    new S3BucketReplicationConfigurationA(this, "configuration", {
      region: source.region,
      bucket: source.name,
      role: role.arn,
      rule: destinations.map(replicationRule),
      // S3 refuses a rule while either end is not versioned.
      dependsOn: [source, ...destinations].map(({ versioning }) => versioning),
    });
  }

  #createRole(name: string): IamRole {
    return new IamRole(this, "role", {
      name,
      description: "Assumed by S3 to copy artifacts from the primary bucket to the others.",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
  }

  /** The actions of the S3 User Guide, "Setting up permissions for live replication". */
  #grantRead(role: IamRole, { name }: AwsBucket): void {
    this.#createRolePolicy(role, "read", [
      {
        Effect: "Allow",
        Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        Resource: `arn:aws:s3:::${name}`,
      },
      {
        Effect: "Allow",
        Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
        Resource: `arn:aws:s3:::${name}/*`,
      },
    ]);
  }

  /**
   * One policy per destination: another mirror adds an address and changes none. At about 180 characters each, the 10,240
   * that a role's inline policies may have together suffice for 45 regions (IAM User Guide, "IAM and STS quotas").
   */
  #grantWrite(role: IamRole, { name, region }: AwsBucket): void {
    this.#createRolePolicy(role, `write-${region}`, [
      {
        Effect: "Allow",
        Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
        Resource: `arn:aws:s3:::${name}/*`,
      },
    ]);
  }

  #createRolePolicy(role: IamRole, name: string, statements: readonly object[]): void {
    new IamRolePolicy(this, name, {
      name,
      role: role.id,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
  }
}

/**
 * The priority of the rule that copies to a region: 20 bits of the region's SHA-256. S3 requires a different number for
 * every rule, and only uses it if two rules have the same destination, which ours never have. So it need not be small, but
 * it must not change: with positions among mirrors or regions, an inserted region would renumber every later rule.
 */
export function replicationPriority(region: string): number {
  return Number.parseInt(createHash("sha256").update(region).digest("hex").slice(0, 5), 16);
}

function replicationRule({ name, region }: AwsBucket): S3BucketReplicationConfigurationRule {
  return {
    id: region,
    status: "Enabled",
    priority: replicationPriority(region),
    filter: { prefix: "" },
    deleteMarkerReplication: { status: "Disabled" },
    destination: { bucket: `arn:aws:s3:::${name}`, storageClass: "STANDARD", metrics: { status: "Enabled" } },
  };
}
