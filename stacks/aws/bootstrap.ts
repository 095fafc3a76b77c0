import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsAuditLog } from "../../constructs/audit-log/aws";
import { AwsDeployer } from "../../constructs/deployer/aws";
import type { GrantedRights } from "../../constructs/deployer/granted-rights";
import { AwsIdentityProvider } from "../../constructs/identity-provider/aws";
import { AwsPromoter } from "../../constructs/promoter/aws";
import { githubIssuer } from "../../constructs/promoter/github-condition";
import { AwsState } from "../../constructs/state/aws";
import { AwsTableAudit } from "../../constructs/table-audit/aws";
import type { Pipeline } from "../../inventory/inventory";
import {
  auditLogBucketName,
  auditLogName,
  bucketName,
  deployerName,
  plannerName,
  previewerName,
  promoterName,
  redirectorName,
} from "../../inventory/names";
import { createsState } from "../creates-state";
import { hasPromoter } from "../has-promoter";
import { runsRedirector } from "../runs-redirector";
import { AwsStack, type AwsStackProps } from "./aws-stack";

/** Properties of `AwsBootstrapStack`. */
export interface AwsBootstrapStackProps extends AwsStackProps {
  /** The number of the promoter's service account at Google, if the promotion runs there and it is known. @default none */
  readonly googleAccount?: string | undefined;
  /** What CI needs to apply the provider's other stacks. */
  readonly rights: readonly GrantedRights[];
}

/**
 * What other stacks of one AWS provider rest on: the bucket for their state, the audit log and, with promotion, the account's identity provider for GitHub and
 * the roles of the promoter and the planner. Applied first, by hand. What the account already has of it is imported instead.
 */
export class AwsBootstrapStack extends AwsStack {
  constructor(scope: Construct, id: string, props: AwsBootstrapStackProps) {
    super(scope, id, props);
    const { inventory, provider } = props;
    if (createsState(inventory, provider)) {
      new AwsState(this, "state", { name: provider.stateBucket, region: provider.stateRegion });
    }
    this.#createAuditLog(props);
    // What happened must still be known after a provider has left.
    if (provider.state === "emptied") return;
    if (runsRedirector(inventory, provider)) this.#auditTable(props);
    const github = this.#trustGithub(props);
    if (hasPromoter(inventory)) this.#createPromoter(props, github);
    if (inventory.pipeline !== undefined) this.#createDeployers(props, inventory.pipeline, github);
  }

  /** Here, so that no pipeline can stop the trail. */
  #auditTable({ inventory: { project }, provider: { key, account, stateRegion } }: AwsBootstrapStackProps): void {
    new AwsTableAudit(this, "table-audit", {
      name: redirectorName(project.name, key),
      bucket: bucketName(project.name, key, "table-audit"),
      region: stateRegion,
      account,
      tableBucket: bucketName(project.name, key, "routing-table"),
    });
  }

  #createAuditLog({ inventory, provider }: AwsBootstrapStackProps): void {
    const [project, key] = [inventory.project.name, provider.key];
    new AwsAuditLog(this, "audit-log", {
      name: auditLogName(project, key),
      bucket: auditLogBucketName(project, key),
      region: provider.stateRegion,
      account: provider.account,
    });
  }

  /** An account has one identity provider for GitHub, whatever trusts it. */
  #trustGithub({ inventory: { promotion, pipeline } }: AwsBootstrapStackProps): AwsIdentityProvider | undefined {
    if (promotion.runsIn.github === undefined && pipeline?.forge !== "github") return undefined;
    return new AwsIdentityProvider(this, "github", { issuer: githubIssuer });
  }

  #createDeployers(
    { inventory, provider, rights }: AwsBootstrapStackProps,
    { issuer, subject, planSubject }: Pipeline,
    github: AwsIdentityProvider | undefined,
  ): void {
    const [project, key] = [inventory.project.name, provider.key];
    const identities = inventory.pipeline?.forge === "github" ? github : undefined;
    const trusted = identities ?? new AwsIdentityProvider(this, "gitlab", { issuer });
    const common = {
      stateBucket: provider.stateBucket,
      logBucket: auditLogBucketName(project, key),
      account: provider.account,
      rights,
    };
    const deployer = new AwsDeployer(this, "deployer-identity", {
      ...common,
      name: deployerName(project, key),
      task: "apply",
      trusted: { identities: trusted, subject },
    });
    new TerraformOutput(this, "deployer", { description: "The role with which CI applies.", value: deployer.arn });
    if (planSubject === undefined) return;
    const previewer = new AwsDeployer(this, "previewer-identity", {
      ...common,
      name: previewerName(project, key),
      task: "plan",
      trusted: { identities: trusted, subject: planSubject },
    });
    new TerraformOutput(this, "previewer", { description: "The role with which CI plans.", value: previewer.arn });
  }

  #createPromoter(
    { inventory, provider, googleAccount }: AwsBootstrapStackProps,
    identities: AwsIdentityProvider | undefined,
  ): void {
    const { github } = inventory.promotion.runsIn;
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
