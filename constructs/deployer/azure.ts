import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { RoleDefinition } from "@cdktf/provider-azurerm/lib/role-definition";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { exchangeAudience } from "../promoter/azure";
import type { GrantedRights } from "./granted-rights";
import type { PipelineTask } from "./pipeline-condition";

/** Properties of `AzureDeployer`. */
export interface AzureDeployerProps {
  /** The identity's name: at most 128 characters (Azure's naming rules). */
  readonly name: string;
  readonly task: PipelineTask;
  /** The identity's region. It works in every region. */
  readonly region: string;
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The identity's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** The pipelines whose tokens are exchanged for the identity's: Azure compares the whole subject. */
  readonly trusted: { readonly issuer: string; readonly subject: string };
  /** The id of the container of Terraform's state. */
  readonly stateContainer: string;
  /** The subscription's id. */
  readonly subscription: string;
  /** The stacks that it plans or applies, and what they need. Never that of its own rights. */
  readonly rights: readonly GrantedRights[];
}

/** The identity with which a pipeline plans or applies the stacks of one subscription. It has no secret. */
export class AzureDeployer extends Capability {
  readonly capability = "deployer" as const;
  readonly clientId: string;
  readonly tenantId: string;
  readonly principalId: string;

  constructor(scope: Construct, id: string, props: AzureDeployerProps) {
    super(scope, id);
    const identity = this.#createIdentity(props);
    this.#trustPipelines(identity, props);
    this.#grantState(identity, props);
    this.#grantActions(identity, props);
    this.clientId = identity.clientId;
    this.tenantId = identity.tenantId;
    this.principalId = identity.principalId;
  }

  #createIdentity({ name, region, resourceGroup, tags }: AzureDeployerProps): UserAssignedIdentity {
    return new UserAssignedIdentity(this, "identity", {
      name,
      location: region,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      lifecycle: { preventDestroy: true, ignoreChanges: ["location"] },
    });
  }

  #trustPipelines({ id: parentId }: UserAssignedIdentity, props: AzureDeployerProps): void {
    new FederatedIdentityCredential(this, "trust", {
      name: "pipeline",
      parentId,
      resourceGroupName: props.resourceGroup,
      issuer: props.trusted.issuer,
      subject: props.trusted.subject,
      audience: [exchangeAudience],
    });
  }

  /** A plan reads the state without a lock: a lease is a right to write. */
  #grantState(
    { principalId }: UserAssignedIdentity,
    { task, stateContainer: scope, rights }: AzureDeployerProps,
  ): void {
    new RoleAssignment(this, "state", {
      scope,
      roleDefinitionName: task === "apply" ? "Storage Blob Data Contributor" : "Storage Blob Data Reader",
      principalId,
      principalType: "ServicePrincipal",
      ...(task === "apply" && { condition: onlyStatesOf(rights.map(({ stack }) => stack)), conditionVersion: "2.0" }),
    });
  }

  /** A role of our own in the subscription: built-in roles for these services may also read keys, or write data. */
  #grantActions({ principalId }: UserAssignedIdentity, { name, task, subscription, rights }: AzureDeployerProps): void {
    const scope = `/subscriptions/${subscription}`;
    const actions = rights.flatMap(({ read, change }) => (task === "apply" ? [...read, ...change] : read));
    const role = new RoleDefinition(this, "role", {
      name,
      scope,
      description: task === "apply" ? "What applying the stacks needs." : "What planning the stacks needs.",
      permissions: [{ actions: [...new Set(actions)].sort() }],
      assignableScopes: [scope],
    });
    new RoleAssignment(this, "actions", {
      scope,
      roleDefinitionId: role.roleDefinitionResourceId,
      principalId,
      principalType: "ServicePrincipal",
    });
  }
}

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** Every action but reading is limited to blobs with the names of the stacks (Azure, "Azure role assignment conditions for Blob Storage"). */
function onlyStatesOf(stacks: readonly string[]): string {
  const writes = ["write", "add/action", "delete"].map((action) => `!(ActionMatches{'${blobs}/${action}'})`);
  const names = stacks.map((stack) => `@Resource[${blobs}:path] StringEquals '${stack}'`);
  return `((${writes.join(" AND ")}) OR (${names.join(" OR ")}))`;
}
