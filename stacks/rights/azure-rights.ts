import type { Rights, RightsTable } from "./rights";

/** Every resource of Azure Resource Manager has these three actions. `more` are read with it. */
const of = (type: string, more: readonly string[] = []): Rights => ({
  read: [`${type}/read`, ...more],
  change: [`${type}/delete`, `${type}/write`],
});

const registry = "Microsoft.ContainerRegistry/registries";
const account = "Microsoft.Storage/storageAccounts";
const identity = "Microsoft.ManagedIdentity/userAssignedIdentities";

function join(...all: readonly Rights[]): Rights {
  return { read: all.flatMap(({ read }) => read), change: all.flatMap(({ change }) => change) };
}

/**
 * The actions on Azure Resource Manager, by type of resource (Azure, "Permissions reference"). None reads keys: accounts have none that work. An
 * account or a registry is created after a look whether its name is free.
 */
export const azureRights: RightsTable = {
  azurerm_container_registry: join(of(registry), of(`${registry}/replications`), {
    read: [`${registry}/operationStatuses/read`],
    change: ["Microsoft.ContainerRegistry/checkNameAvailability/read"],
  }),
  azurerm_container_registry_task: join(of(`${registry}/tasks`), {
    read: [`${registry}/tasks/listDetails/action`],
    change: [],
  }),
  azurerm_federated_identity_credential: of(`${identity}/federatedIdentityCredentials`),
  azurerm_log_analytics_workspace: of("Microsoft.OperationalInsights/workspaces", [
    "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
  ]),
  azurerm_management_lock: of("Microsoft.Authorization/locks"),
  azurerm_monitor_diagnostic_setting: of("Microsoft.Insights/diagnosticSettings"),
  azurerm_resource_group: of("Microsoft.Resources/subscriptions/resourceGroups", [
    "Microsoft.Resources/subscriptions/resourcegroups/resources/read",
  ]),
  azurerm_role_assignment: of("Microsoft.Authorization/roleAssignments", [
    "Microsoft.Authorization/roleDefinitions/read",
  ]),
  azurerm_role_definition: of("Microsoft.Authorization/roleDefinitions"),
  azurerm_storage_account: join(of(account), {
    read: [`${account}/blobServices/read`, `${account}/fileServices/read`],
    change: [`${account}/blobServices/write`, "Microsoft.Storage/checknameavailability/read"],
  }),
  azurerm_storage_container: of(`${account}/blobServices/containers`),
  azurerm_storage_management_policy: of(`${account}/managementPolicies`),
  azurerm_storage_object_replication: of(`${account}/objectReplicationPolicies`),
  azurerm_user_assigned_identity: join(of(identity), { read: [], change: [`${identity}/assign/action`] }),
  "data.azurerm_user_assigned_identity": { read: [`${identity}/read`], change: [] },
};

/** What the provider itself needs: it registers the services of a stack in the subscription. */
export function registrationRights(services: readonly string[]): Rights {
  return {
    read: ["Microsoft.Resources/subscriptions/providers/read"],
    change: services.map((service) => `${service}/register/action`),
  };
}
