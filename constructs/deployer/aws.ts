import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { regions } from "../../inventory/region";
import { Capability } from "../capability";
import type { AwsIdentityProvider } from "../identity-provider/aws";
import type { GrantedRights } from "./granted-rights";
import type { PipelineTask } from "./pipeline-condition";

/** Properties of `AwsDeployer`. */
export interface AwsDeployerProps {
  /** The role's name: at most 64 characters (IAM quotas). */
  readonly name: string;
  readonly task: PipelineTask;
  /** The pipelines that may assume the role: those with this subject, in which a final `*` stands for any characters. */
  readonly trusted: { readonly identities: AwsIdentityProvider; readonly subject: string };
  /** The bucket of Terraform's state. */
  readonly stateBucket: string;
  /** The bucket of audit logs. */
  readonly logBucket: string;
  /** The account number. */
  readonly account: string;
  /** The stacks that it plans or applies, and what they need. Never that of its own rights. */
  readonly rights: readonly GrantedRights[];
}

/** The role with which a pipeline plans or applies the stacks of one account. It has no key. */
export class AwsDeployer extends Capability {
  readonly capability = "deployer" as const;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AwsDeployerProps) {
    super(scope, id);
    const role = this.#createRole(props);
    this.#grantState(role, props);
    for (const rights of props.rights) this.#grantStack(role, rights, props);
    this.arn = role.arn;
  }

  #createRole({ name, task, trusted: { identities, subject } }: AwsDeployerProps): IamRole {
    return new IamRole(this, "role", {
      name,
      description:
        task === "apply" ? "Assumed by CI to apply the stacks." : "Assumed by CI to plan the stacks. Changes nothing.",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [identities.trust(subject)] }),
      lifecycle: { preventDestroy: true },
    });
  }

  /** A plan reads the state without locking it: a lock is a file. An apply locks, and a lock is removed (Terraform, "S3 backend"). */
  #grantState({ id: role }: IamRole, { task, stateBucket, logBucket, rights }: AwsDeployerProps): void {
    const bucket = `arn:aws:s3:::${stateBucket}`;
    const states = rights.map(({ stack }) => `${bucket}/${stack}`);
    const locks = states.map((state) => `${state}.tflock`);
    const statements =
      task === "plan"
        ? [allow(["s3:ListBucket"], [bucket]), allow(["s3:GetObject"], states)]
        : [
            allow(["s3:ListBucket"], [bucket]),
            allow(["s3:GetObject", "s3:PutObject"], [...states, ...locks]),
            allow(["s3:DeleteObject"], locks),
            keepBucket(stateBucket, ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]),
            keepBucket(logBucket, ["s3:ListBucket"]),
          ];
    this.#createPolicy("state", role, statements);
  }

  /** Policies for each stack: together they may have 10,240 characters (IAM User Guide, "IAM and STS quotas"). */
  #grantStack({ id: role }: IamRole, rights: GrantedRights, { task, account }: AwsDeployerProps): void {
    const actions = task === "apply" ? [...rights.read, ...rights.change].sort() : rights.read;
    const ofRoles = actions.filter((action) => action.startsWith("iam:"));
    const ofObjects = actions.filter((action) => objectActions.test(action));
    const others = actions.filter((action) => !ofRoles.includes(action) && !ofObjects.includes(action));
    this.#createPolicy(rights.stack, role, [
      ...(others.length > 0 ? [allow(others, ["*"])] : []),
      ...(ofRoles.length > 0 ? [allow(ofRoles, roleArns(account, rights.roles))] : []),
      ...(ofObjects.length > 0 ? [allow(ofObjects, rights.buckets.flatMap(bucketArns))] : []),
    ]);
  }

  #createPolicy(name: string, role: string, statements: readonly object[]): void {
    if (statements.length === 0) return;
    new IamRolePolicy(this, name, {
      name,
      role,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
  }
}

/** Actions on objects and their versions. A stack needs them only where it manages objects itself. */
const objectActions = /^s3:(Delete|Get|Put)Object|^s3:ListBucketVersions$/;

function allow(actions: readonly string[], resources: readonly string[]): object {
  return { Effect: "Allow", Action: actions, Resource: resources };
}

/**
 * Stacks may configure every bucket, because a mirror's bucket can have any name, and a new mirror must not need new rights. The buckets
 * of bootstrap are the exception: the deployer does nothing there but these actions.
 */
function keepBucket(name: string, actions: readonly string[]): object {
  return {
    Effect: "Deny",
    NotAction: actions,
    Resource: bucketArns(name),
  };
}

function bucketArns(name: string): string[] {
  return [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
}

const awsRegions = regions.flatMap(({ cloud, region }) => (cloud === "aws" ? [region] : []));

/** Roles whose names end with a region are one for each: another region must not need new rights. */
function roleArns(account: string, names: readonly string[]): string[] {
  const patterns = names.map((name) => {
    const region = awsRegions.find((each) => name.endsWith(`-${each}`));
    return region === undefined ? name : `${name.slice(0, -region.length)}*`;
  });
  return [...new Set(patterns)].map((name) => `arn:aws:iam::${account}:role/${name}`);
}
