import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { AzurermBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AzureProvider, Inventory } from "../../inventory/inventory";
import { stateContainer } from "../../inventory/names";

/** Properties of all Azure stacks. */
export interface AzureStackProps {
  readonly inventory: Inventory;
  /** The provider that the stack belongs to. */
  readonly provider: AzureProvider;
  /** The services to register in the subscription. By default Terraform would register dozens. @default those of the mirrors */
  readonly services?: readonly string[];
}

/** The services of the mirrors, which are also those of staging areas. */
const storeServices = ["Microsoft.ContainerRegistry", "Microsoft.Storage"];

/** A stack in one Azure subscription. Its state is in an account of the same subscription, under the id of the stack. */
export abstract class AzureStack extends TerraformStack {
  /** The tags for every resource that supports them: the Terraform provider has no default tags. */
  readonly tags: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { inventory, provider, services = storeServices }: AzureStackProps) {
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
      // Terraform does not manage the data in the accounts. Without this, every plan would also need a role on the data
      // (terraform-provider-azurerm#27752).
      features: [{ storage: [{ dataPlaneAvailable: false }] }],
      subscriptionId: provider.subscription,
      // The accounts accept no keys.
      storageUseAzuread: true,
      resourceProviderRegistrations: "none",
      resourceProvidersToRegister: [...services],
    });
  }
}
