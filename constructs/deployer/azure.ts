import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { exchangeAudience } from "../promoter/azure";
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
  /** The stacks that it plans or applies. Never that of its own rights. */
  readonly stacks: readonly string[];
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
    { task, stateContainer: scope, stacks }: AzureDeployerProps,
  ): void {
    new RoleAssignment(this, "state", {
      scope,
      roleDefinitionName: task === "apply" ? "Storage Blob Data Contributor" : "Storage Blob Data Reader",
      principalId,
      principalType: "ServicePrincipal",
      ...(task === "apply" && { condition: onlyStatesOf(stacks), conditionVersion: "2.0" }),
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
