import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AzureAuditLog } from "../../constructs/audit-log/azure";
import { AzureDeployer } from "../../constructs/deployer/azure";
import type { GrantedRights } from "../../constructs/deployer/granted-rights";
import { AzureFoundation } from "../../constructs/foundation/azure";
import { AzurePromoter } from "../../constructs/promoter/azure";
import { githubIssuer } from "../../constructs/promoter/github-condition";
import { AzureState } from "../../constructs/state/azure";
import type { AzureProvider, Inventory, Pipeline } from "../../inventory/inventory";
import {
  auditLogName,
  bootstrapResourceGroupName,
  deployerName,
  plannerName,
  previewerName,
  promoterName,
  stateContainer,
} from "../../inventory/names";
import { createsState } from "../creates-state";
import { hasPromoter } from "../has-promoter";
import { AzureStack, type AzureStackProps } from "./azure-stack";
import { foundationLocation } from "./foundation-location";

/** Properties of `AzureBootstrapStack`. */
export interface AzureBootstrapStackProps extends AzureStackProps {
  /** The number of the promoter's service account at Google, if the promotion runs there and it is known. @default none */
  readonly googleAccount?: string | undefined;
  /** What CI needs to apply the provider's other stacks. */
  readonly rights: readonly GrantedRights[];
}

/**
 * What other stacks of one Azure provider rest on: the account for their state, the audit log and, with promotion, the identities of the promoter and the
 * planner. Applied first, by hand.
 */
export class AzureBootstrapStack extends AzureStack {
  constructor(scope: Construct, id: string, props: AzureBootstrapStackProps) {
    super(scope, id, { ...props, services: bootstrapServices(props) });
    const { inventory, provider } = props;
    const states = createsState(inventory, provider) ? this.#createState(provider) : statePlace(provider);
    const { resourceGroup } = new AzureFoundation(this, "foundation", {
      resourceGroup: bootstrapResourceGroupName(inventory.project.name, provider.key),
      location: foundationLocation(provider),
      tags: this.tags,
    });
    new AzureAuditLog(this, "audit-log", {
      name: auditLogName(inventory.project.name, provider.key),
      region: foundationLocation(provider),
      resourceGroup,
      tags: this.tags,
      subscription: provider.subscription,
      stateAccount: states.account,
    });
    // What happened must still be known after a provider has left.
    if (provider.state === "emptied") return;
    if (hasPromoter(inventory)) this.#createPromoter(props, resourceGroup);
    if (inventory.pipeline !== undefined)
      this.#createDeployers(props, inventory.pipeline, resourceGroup, states.container);
  }

  #createState(provider: AzureProvider): StatePlace {
    return new AzureState(this, "state", {
      resourceGroup: provider.stateResourceGroup,
      account: provider.stateAccount,
      region: foundationLocation(provider),
      tags: this.tags,
    });
  }

  /** Plans of merge requests at GitLab have no identity here: Azure compares the whole subject, which names their branch. */
  #createDeployers(
    { inventory, provider, rights }: AzureBootstrapStackProps,
    { issuer, subject, planSubject }: Pipeline,
    resourceGroup: string,
    states: string,
  ): void {
    const [project, key] = [inventory.project.name, provider.key];
    const common = {
      region: foundationLocation(provider),
      resourceGroup,
      tags: this.tags,
      stateContainer: states,
      subscription: provider.subscription,
      rights,
    };
    const deployer = new AzureDeployer(this, "deployer-identity", {
      ...common,
      name: deployerName(project, key),
      task: "apply",
      trusted: { issuer, subject },
    });
    new TerraformOutput(this, "deployer", {
      description: "The identity with which CI applies.",
      value: { client: deployer.clientId, tenant: deployer.tenantId },
    });
    if (planSubject === undefined || planSubject.endsWith("*")) return;
    const previewer = new AzureDeployer(this, "previewer-identity", {
      ...common,
      name: previewerName(project, key),
      task: "plan",
      trusted: { issuer, subject: planSubject },
    });
    new TerraformOutput(this, "previewer", {
      description: "The identity with which CI plans.",
      value: { client: previewer.clientId, tenant: previewer.tenantId },
    });
  }

  #createPromoter({ inventory, provider, googleAccount }: AzureBootstrapStackProps, resourceGroup: string): void {
    const [project, key] = [inventory.project.name, provider.key];
    const region = foundationLocation(provider);
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

/** The services of the audit logs. */
const auditServices = ["Microsoft.Insights", "Microsoft.OperationalInsights"];

function hasIdentities(inventory: Inventory): boolean {
  return hasPromoter(inventory) || inventory.pipeline !== undefined;
}

/** The ids of the account and the container of Terraform's state. */
type StatePlace = Pick<AzureState, "account" | "container">;

/** A place that another provider's stack creates. */
function statePlace({ subscription, stateResourceGroup, stateAccount }: AzureProvider): StatePlace {
  const account = `/subscriptions/${subscription}/resourceGroups/${stateResourceGroup}/providers/Microsoft.Storage/storageAccounts/${stateAccount}`;
  return { account, container: `${account}/blobServices/default/containers/${stateContainer}` };
}

function bootstrapServices({ inventory }: AzureStackProps): string[] {
  return [...(hasIdentities(inventory) ? ["Microsoft.ManagedIdentity"] : []), ...auditServices, "Microsoft.Storage"];
}
