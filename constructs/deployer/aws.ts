import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { AwsIdentityProvider } from "../identity-provider/aws";
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
  /** The stacks that it plans or applies. Never that of its own rights. */
  readonly stacks: readonly string[];
}

/** The role with which a pipeline plans or applies the stacks of one account. It has no key. */
export class AwsDeployer extends Capability {
  readonly capability = "deployer" as const;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AwsDeployerProps) {
    super(scope, id);
    const role = this.#createRole(props);
    this.#grantState(role, props);
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
  #grantState({ id: role }: IamRole, { task, stateBucket, stacks }: AwsDeployerProps): void {
    const bucket = `arn:aws:s3:::${stateBucket}`;
    const states = stacks.map((stack) => `${bucket}/${stack}`);
    const locks = states.map((state) => `${state}.tflock`);
    const allow = (actions: readonly string[], resources: readonly string[]) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
    });
    const statements =
      task === "plan"
        ? [allow(["s3:ListBucket"], [bucket]), allow(["s3:GetObject"], states)]
        : [
            allow(["s3:ListBucket"], [bucket]),
            allow(["s3:GetObject", "s3:PutObject"], [...states, ...locks]),
            allow(["s3:DeleteObject"], locks),
          ];
    new IamRolePolicy(this, "state", {
      name: "state",
      role,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
  }
}
