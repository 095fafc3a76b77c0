import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsIdentityProvider } from "../../constructs/identity-provider/aws";
import { AwsPromoter } from "../../constructs/promoter/aws";
import { githubIssuer } from "../../constructs/promoter/github-condition";
import { plannerName, promoterName } from "../../inventory/names";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** Properties of `AwsBootstrapStack`. */
export interface AwsBootstrapStackProps extends AwsStackProps {
  /** The number of the promoter's service account at Google, if the promotion runs there and it is known. @default none */
  readonly googleAccount?: string | undefined;
}

/**
 * What other stacks of one AWS provider rest on: the account's identity provider for GitHub, and the roles of the promoter and, if
 * plans of pull requests have one, of the planner. Applied first, by hand. If the account already has that identity provider, import it instead.
 */
export class AwsBootstrapStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsBootstrapStackProps) {
    super(scope, id, props);
    const { inventory, provider, googleAccount } = props;
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
