import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleIdentityProvider } from "../../constructs/identity-provider/google";
import { githubCondition, githubIssuer } from "../../constructs/promoter/github-condition";
import { GooglePromoter } from "../../constructs/promoter/google";
import { identityPoolName, promoterName } from "../../inventory/names";
import { GoogleStack, type GoogleStackProps } from "./google-stack";

type Services = readonly ITerraformDependable[];

/** The APIs that identities need: IAM, and the exchange of tokens. */
const bootstrapServices = ["iam.googleapis.com", "iamcredentials.googleapis.com", "sts.googleapis.com"];

/**
 * What other stacks of one Google provider rest on: the promoter's service account, and the identities that may act as it. Applied
 * first, by hand.
 */
export class GoogleBootstrapStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleStackProps) {
    super(scope, id, props);
    const { inventory, provider } = props;
    const { services } = new GoogleFoundation(this, "foundation", { services: bootstrapServices });
    const trusted = this.#createIdentities(props, services);
    const promoter = new GooglePromoter(this, "identity", {
      name: promoterName(inventory.project.name, provider.key),
      trusted,
      services,
    });
    new TerraformOutput(this, "promoter", {
      description: "The identity that promotes, for deployed.yaml: the number of its service account.",
      value: { account: promoter.uniqueId },
    });
    new TerraformOutput(this, "service-account", {
      description: "The promoter's service account, for the workflow.",
      value: promoter.email,
    });
    if (trusted === undefined) return;
    new TerraformOutput(this, "workload-identity-provider", {
      description: "What exchanges the workflow's tokens for those of the pool.",
      value: trusted.identities.provider,
    });
  }

  #createIdentities({ inventory, provider }: GoogleStackProps, services: Services) {
    const { github } = inventory.promotion.runsIn;
    if (github === undefined) return undefined;
    const identities = new GoogleIdentityProvider(this, "github", {
      pool: identityPoolName(inventory.project.name, provider.key),
      provider: "github",
      issuer: githubIssuer,
      condition: githubCondition(github),
      services,
    });
    return { identities, subject: github.subject };
  }
}
