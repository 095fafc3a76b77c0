import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { RoleDefinition } from "@cdktf/provider-azurerm/lib/role-definition";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import type { StoreRights } from "./store-rights";

/** Properties of `AzurePromoterAccess`. */
export interface AzurePromoterAccessProps {
  /** The identity of the promoter, or of the planner, which must exist. */
  readonly identity: { readonly name: string; readonly resourceGroup: string };
  /** The id of the resource group that holds the stores. */
  readonly scope: string;
  /** The containers, by the keys of their mirrors. */
  readonly containers: readonly { readonly mirror: string; readonly id: string; readonly rights: StoreRights }[];
  /** The registry. @default none */
  readonly registry?: { readonly id: string; readonly rights: StoreRights } | undefined;
}

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/**
 * What the promoter, or the planner, may do in the stores of one provider. Roles are assigned for single containers and registries.
 *
 * Every built-in role that writes blobs deletes them, too. So there is a role of our own that reads and writes; Storage Blob Data
 * Contributor is assigned where withdrawal is on. Azure has no right to create that excludes replacing (`Put Block List` asks for
 * `blobs/write`); accounts keep the versions of replaced blobs. AcrPush pushes and pulls, and moves tags; only AcrDelete deletes.
 */
export class AzurePromoterAccess extends Capability {
  readonly capability = "promoter-access" as const;
  readonly #principal: string;

  constructor(scope: Construct, id: string, props: AzurePromoterAccessProps) {
    super(scope, id);
    this.#principal = this.#findPrincipal(props);
    this.#grantContainers(props);
    if (props.registry !== undefined) this.#grantRegistry(props.registry);
  }

  /** An assignment needs the identity's own id, which Azure chooses, and not its name. */
  #findPrincipal({ identity: { name, resourceGroup } }: AzurePromoterAccessProps): string {
    return new DataAzurermUserAssignedIdentity(this, "identity", { name, resourceGroupName: resourceGroup })
      .principalId;
  }

  #grantContainers({ containers, identity, scope }: AzurePromoterAccessProps): void {
    const writable = containers.filter(({ rights }) => rights.create && !rights.remove);
    const writer = writable.length === 0 ? undefined : this.#createWriter(identity.name, scope);
    for (const { mirror, id, rights } of containers) {
      const role = containerRole(rights, writer);
      new RoleAssignment(this, `container-${mirror}`, { scope: id, ...role, ...this.#assignee });
    }
  }

  /** Role names are unique in the whole tenant, so the name contains the identity's. */
  #createWriter(identity: string, scope: string): RoleDefinition {
    return new RoleDefinition(this, "writer", {
      name: `${identity}-writer`,
      scope,
      description: "Reads and writes blobs, and deletes none.",
      permissions: [{ dataActions: [`${blobs}/read`, `${blobs}/write`, `${blobs}/add/action`] }],
      assignableScopes: [scope],
    });
  }

  #grantRegistry({ id, rights }: NonNullable<AzurePromoterAccessProps["registry"]>): void {
    for (const role of [rights.create ? "AcrPush" : "AcrPull", ...(rights.remove ? ["AcrDelete"] : [])]) {
      new RoleAssignment(this, `registry-${role}`, { scope: id, roleDefinitionName: role, ...this.#assignee });
    }
  }

  /** With the type, Azure does not look for a principal that it may not have replicated yet ("Troubleshoot Azure RBAC"). */
  get #assignee() {
    return { principalId: this.#principal, principalType: "ServicePrincipal" };
  }
}

function containerRole({ create, remove }: StoreRights, writer: RoleDefinition | undefined) {
  if (remove) return { roleDefinitionName: "Storage Blob Data Contributor" };
  if (create && writer !== undefined) return { roleDefinitionId: writer.roleDefinitionResourceId };
  return { roleDefinitionName: "Storage Blob Data Reader" };
}
