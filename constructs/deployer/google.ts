import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { GoogleIdentityProvider } from "../identity-provider/google";
import type { GrantedRights } from "./granted-rights";
import type { PipelineTask } from "./pipeline-condition";

/** Properties of `GoogleDeployer`. */
export interface GoogleDeployerProps {
  /** The service account's id: at most 30 characters (IAM, "Create service accounts"). */
  readonly name: string;
  readonly task: PipelineTask;
  /** The pipelines that may act as the account: those with this subject, or with `*` at its end every one that the pool accepts. */
  readonly trusted: { readonly identities: GoogleIdentityProvider; readonly subject: string };
  /** The bucket of Terraform's state. */
  readonly stateBucket: string;
  /** The project's id. */
  readonly project: string;
  /** The stacks that it plans or applies, and what they need. Never that of its own rights. */
  readonly rights: readonly GrantedRights[];
  /** What must be there first. @default none */
  readonly after?: readonly ITerraformDependable[];
}

/** The service account with which a pipeline plans or applies the stacks of one project. It has no key. */
export class GoogleDeployer extends Capability {
  readonly capability = "deployer" as const;
  readonly email: string;
  readonly member: string;
  readonly #after: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: GoogleDeployerProps) {
    super(scope, id);
    this.#after = props.after ?? [];
    const account = this.#createAccount(props);
    this.email = account.email;
    this.member = account.member;
    this.#allowPipelines(account, props);
    this.#grantState(props);
    this.#grantRoles(props);
  }

  #createAccount({ name, task }: GoogleDeployerProps): ServiceAccount {
    return new ServiceAccount(this, "account", {
      accountId: name,
      displayName: task === "apply" ? "CI: applies the stacks" : "CI: plans the stacks, and changes nothing",
      lifecycle: { preventDestroy: true },
      dependsOn: [...this.#after],
    });
  }

  #allowPipelines({ name }: ServiceAccount, { trusted: { identities, subject } }: GoogleDeployerProps): void {
    const pool = `//iam.googleapis.com/${identities.pool}`;
    new ServiceAccountIamMember(this, "identity", {
      serviceAccountId: name,
      role: "roles/iam.workloadIdentityUser",
      member: subject.endsWith("*") ? `principalSet:${pool}/*` : `principal:${pool}/subject/${subject}`,
    });
  }

  /** Listing is a right to the bucket. An apply also writes states and locks, below the names of its stacks. */
  #grantState({ task, stateBucket: bucket, rights }: GoogleDeployerProps): void {
    const dependsOn = [...this.#after];
    const member = this.member;
    new StorageBucketIamMember(this, "read-state", { bucket, role: "roles/storage.objectViewer", member, dependsOn });
    if (task === "plan") return;
    const isOfStack = (stack: string) =>
      `resource.name.startsWith(${JSON.stringify(`projects/_/buckets/${bucket}/objects/${stack}/`)})`;
    new StorageBucketIamMember(this, "write-state", {
      bucket,
      role: "roles/storage.objectUser",
      member,
      condition: {
        title: "the states of its stacks",
        expression: rights.map(({ stack }) => isOfStack(stack)).join(" || "),
      },
      dependsOn,
    });
  }

  /** Grants in the project, because stacks create what they manage. Two of them are limited to names of buckets. */
  #grantRoles({ task, project, stateBucket, rights }: GoogleDeployerProps): void {
    const needed = rights.flatMap(({ read, change }) => (task === "apply" ? [...read, ...change] : read));
    const buckets = [...new Set(rights.flatMap((each) => each.buckets))].sort();
    for (const role of [...new Set(needed)].sort()) {
      const condition = bucketCondition(role, stateBucket, buckets);
      new ProjectIamMember(this, role.replace("roles/", ""), {
        project,
        role,
        member: this.member,
        ...(condition && { condition }),
      });
    }
  }
}

/** Rights to objects hold where a stack manages objects; rights to buckets everywhere but at the states, which have grants of their own. */
function bucketCondition(role: string, stateBucket: string, buckets: readonly string[]) {
  const isOf = (bucket: string) => `resource.name.startsWith(${JSON.stringify(`projects/_/buckets/${bucket}/`)})`;
  if (role.startsWith("roles/storage.object"))
    return { title: "objects of its stacks", expression: buckets.map(isOf).join(" || ") };
  if (role !== "roles/storage.admin") return undefined;
  const state = JSON.stringify(`projects/_/buckets/${stateBucket}`);
  return { title: "not the states", expression: `resource.name != ${state} && !${isOf(stateBucket)}` };
}
