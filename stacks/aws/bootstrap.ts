import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsIdentityProvider } from "../../constructs/identity-provider/aws";
import { AwsPromoter } from "../../constructs/promoter/aws";
import { githubIssuer } from "../../constructs/promoter/github-condition";
import { AwsState } from "../../constructs/state/aws";
import { plannerName, promoterName } from "../../inventory/names";
import { createsState } from "../creates-state";
import { hasPromoter } from "../has-promoter";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** Properties of `AwsBootstrapStack`. */
export interface AwsBootstrapStackProps extends AwsStackProps {
  /** The number of the promoter's service account at Google, if the promotion runs there and it is known. @default none */
  readonly googleAccount?: string | undefined;
}

/**
 * What other stacks of one AWS provider rest on: the bucket for their state and, with promotion, the account's identity provider for GitHub and
 * the roles of the promoter and the planner. Applied first, by hand. What the account already has of it is imported instead.
 */
export class AwsBootstrapStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsBootstrapStackProps) {
    super(scope, id, props);
    const { inventory, provider } = props;
    if (createsState(inventory, provider)) {
      new AwsState(this, "state", { name: provider.stateBucket, region: provider.stateRegion });
    }
    if (hasPromoter(inventory) && provider.state !== "emptied") this.#createPromoter(props);
  }

  #createPromoter({ inventory, provider, googleAccount }: AwsBootstrapStackProps): void {
    const { github } = inventory.promotion.runsIn;
    const identities = github && new AwsIdentityProvider(this, "github", { issuer: githubIssuer });
    const promoter = new AwsPromoter(this, "identity", {
      name: promoterName(inventory.project.name, provider.key),
      trusted: github && identities && { identities, subject: github.subject },
      googleAccount,
    });
    new TerraformOutput(this, "role", {
      description: "The promoter's role.",
      value: promoter.arn,
    });
    if (identities === undefined || github?.planSubject === undefined) return;
    new AwsPromoter(this, "plan-identity", {
      name: plannerName(inventory.project.name, provider.key),
      description: "Assumed by plans of pull requests to read staging and the mirrors. Writes nothing.",
      trusted: { identities, subject: github.planSubject },
    });
  }
}
