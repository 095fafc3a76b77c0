import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AzureFoundation } from "../../constructs/foundation/azure";
import { AzurePromoter } from "../../constructs/promoter/azure";
import { githubIssuer } from "../../constructs/promoter/github-condition";
import { AzureState } from "../../constructs/state/azure";
import { bootstrapResourceGroupName, plannerName, promoterName } from "../../inventory/names";
import { createsState } from "../creates-state";
import { hasPromoter } from "../has-promoter";
import { AzureStack, type AzureStackProps } from "./azure-stack";
import { foundationLocation } from "./foundation-location";

/** Properties of `AzureBootstrapStack`. */
export interface AzureBootstrapStackProps extends AzureStackProps {
  /** The number of the promoter's service account at Google, if the promotion runs there and it is known. @default none */
  readonly googleAccount?: string | undefined;
}

/**
 * What other stacks of one Azure provider rest on: the account for their state and, with promotion, the identities of the promoter and the
 * planner. Applied first, by hand.
 */
export class AzureBootstrapStack extends AzureStack {
  constructor(scope: Construct, id: string, props: AzureBootstrapStackProps) {
    super(scope, id, { ...props, services: bootstrapServices(props) });
    const { inventory, provider } = props;
    if (createsState(inventory, provider)) {
      new AzureState(this, "state", {
        resourceGroup: provider.stateResourceGroup,
        account: provider.stateAccount,
        region: foundationLocation(provider),
        tags: this.tags,
      });
    }
    if (hasPromoter(inventory) && provider.state !== "emptied") this.#createPromoter(props);
  }

  #createPromoter({ inventory, provider, googleAccount }: AzureBootstrapStackProps): void {
    const [project, key] = [inventory.project.name, provider.key];
    const region = foundationLocation(provider);
    const { resourceGroup } = new AzureFoundation(this, "foundation", {
      resourceGroup: bootstrapResourceGroupName(project, key),
      location: region,
      tags: this.tags,
    });
    const { github } = inventory.promotion.runsIn;
    const promoter = new AzurePromoter(this, "identity", {
      name: promoterName(project, key),
      region,
      resourceGroup,
      tags: this.tags,
      github: github && { issuer: githubIssuer, subject: github.subject },
      googleAccount,
    });
    new TerraformOutput(this, "promoter", {
      description: "The identity that promotes, for deployed.yaml.",
      value: { client: promoter.clientId, tenant: promoter.tenantId },
    });
    if (github?.planSubject === undefined) return;
    const planner = new AzurePromoter(this, "plan-identity", {
      name: plannerName(project, key),
      region,
      resourceGroup,
      tags: this.tags,
      github: { issuer: githubIssuer, subject: github.planSubject },
    });
    new TerraformOutput(this, "planner", {
      description: "The identity that reads for plans of pull requests, for deployed.yaml.",
      value: { client: planner.clientId, tenant: planner.tenantId },
    });
  }
}

function bootstrapServices({ inventory }: AzureStackProps): string[] {
  return [...(hasPromoter(inventory) ? ["Microsoft.ManagedIdentity"] : []), "Microsoft.Storage"];
}
