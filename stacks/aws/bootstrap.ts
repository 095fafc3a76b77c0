import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsIdentityProvider } from "../../constructs/identity-provider/aws";
import { AwsPromoter } from "../../constructs/promoter/aws";
import { githubIssuer } from "../../constructs/promoter/github-condition";
import { promoterName } from "../../inventory/names";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** Properties of `AwsBootstrapStack`. */
export interface AwsBootstrapStackProps extends AwsStackProps {
  /** The number of the promoter's service account at Google, if the promotion runs there and it is known. @default none */
  readonly googleAccount?: string | undefined;
}

/**
 * What other stacks of one AWS provider rest on: the account's identity provider for GitHub, and the promoter's role. Applied first, by
 * hand. If the account already has that identity provider, import it instead.
 */
export class AwsBootstrapStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsBootstrapStackProps) {
    super(scope, id, props);
    const { inventory, provider, googleAccount } = props;
    const { github } = inventory.promotion.runsIn;
    const promoter = new AwsPromoter(this, "identity", {
      name: promoterName(inventory.project.name, provider.key),
      trusted: github && {
        identities: new AwsIdentityProvider(this, "github", { issuer: githubIssuer }),
        subject: github.subject,
      },
      googleAccount,
    });
    new TerraformOutput(this, "role", {
      description: "The promoter's role.",
      value: promoter.arn,
    });
  }
}
