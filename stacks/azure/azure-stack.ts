import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { AzurermBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AzureProvider, Inventory } from "../../inventory/inventory";

/** What every stack at Azure is made from. */
export interface AzureStackProps {
  readonly inventory: Inventory;
  /** The provider whose stack it is. */
  readonly provider: AzureProvider;
}

/** The container for state in the provider's state account; it must exist beforehand, and so must the account. */
const stateContainer = "terraform-state";

/** The services that are registered in the subscription; by default it would be dozens. */
const resourceProviders = ["Microsoft.ContainerRegistry", "Microsoft.Storage"];

/** A stack in one Azure subscription, its state in an account of the same subscription, below its own id. */
export abstract class AzureStack extends TerraformStack {
  /** The tags for every resource that takes some: the Terraform provider has no default tags. */
  readonly tags: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { inventory, provider }: AzureStackProps) {
    super(scope, id);
    this.tags = { project: inventory.project.name, "managed-by": "mirrorform" };
    new AzurermBackend(this, {
      subscriptionId: provider.subscription,
      resourceGroupName: provider.stateResourceGroup,
      storageAccountName: provider.stateAccount,
      containerName: stateContainer,
      key: id,
      useAzureadAuth: true,
    });
    new AzurermProvider(this, "azurerm", {
      // Terraform needs no access to the accounts' data: without this, every plan needs a role on the data as well
      // (terraform-provider-azurerm#27752).
      features: [{ storage: [{ dataPlaneAvailable: false }] }],
      subscriptionId: provider.subscription,
      // The accounts take no keys.
      storageUseAzuread: true,
      resourceProviderRegistrations: "none",
      resourceProvidersToRegister: resourceProviders,
    });
  }
}
