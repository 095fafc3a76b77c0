import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { GoogleAuditLog } from "../../constructs/audit-log/google";
import { GoogleDeployer } from "../../constructs/deployer/google";
import type { GrantedRights } from "../../constructs/deployer/granted-rights";
import { type PipelineTask, pipelineCondition } from "../../constructs/deployer/pipeline-condition";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleIdentityProvider } from "../../constructs/identity-provider/google";
import { GoogleImageRepository } from "../../constructs/image-repository/google";
import { githubCondition, githubIssuer, planEvents, promotionEvents } from "../../constructs/promoter/github-condition";
import { GooglePromoter } from "../../constructs/promoter/google";
import { GooglePromoterJob } from "../../constructs/promoter-job/google";
import { GoogleState } from "../../constructs/state/google";
import type { Pipeline, Promoter } from "../../inventory/inventory";
import {
  auditLogName,
  deployerName,
  deployerPoolName,
  identityPoolName,
  planIdentityPoolName,
  plannerName,
  previewerName,
  previewerPoolName,
  promoterName,
  promotionBucketName,
  starterName,
} from "../../inventory/names";
import { createsState } from "../creates-state";
import { hasPromoter } from "../has-promoter";
import { runsRedirector } from "../runs-redirector";
import { GoogleStack, type GoogleStackProps } from "./google-stack";

/** Properties of `GoogleBootstrapStack`. */
export interface GoogleBootstrapStackProps extends GoogleStackProps {
  /** What CI needs to apply the provider's other stacks. */
  readonly rights: readonly GrantedRights[];
}

type Services = readonly ITerraformDependable[];

/** The APIs that identities need: IAM, and the exchange of tokens. */
const identityServices = ["iam.googleapis.com", "iamcredentials.googleapis.com", "sts.googleapis.com"];

/** The API of the bucket for state. */
const stateServices = ["storage.googleapis.com"];

/** The APIs of the audit logs. */
const auditServices = ["cloudresourcemanager.googleapis.com", "logging.googleapis.com"];

/** The API of the repository for images. */
const imageServices = ["artifactregistry.googleapis.com"];

/** The APIs that the job needs besides. */
const jobServices = ["cloudscheduler.googleapis.com", "run.googleapis.com"];

/**
 * What other stacks of one Google provider rest on: the bucket for their state, the audit log, the repository for images and, with promotion, the service accounts of the promoter and the
 * planner, the identities that may act as them, and the promoter's job if it runs here. Applied first, by hand.
 */
export class GoogleBootstrapStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleBootstrapStackProps) {
    super(scope, id, props);
    const { inventory, provider } = props;
    const { services } = new GoogleFoundation(this, "foundation", { services: neededServices(props) });
    const state = createsState(inventory, provider)
      ? [new GoogleState(this, "state", { name: provider.stateBucket, services }).bucket]
      : [];
    const name = auditLogName(inventory.project.name, provider.key);
    new GoogleAuditLog(this, "audit-log", { name, project: provider.project, services });
    // What happened must still be known after a provider has left.
    if (provider.state === "emptied") return;
    if (runsImages(props)) this.#createImageRepository(props, services);
    if (hasPromoter(inventory)) this.#createPromoter(props, services);
    if (inventory.pipeline === undefined) return;
    this.#createDeployer(props, inventory.pipeline, "apply", services, state);
    if (inventory.pipeline.planSubject !== undefined)
      this.#createDeployer(props, inventory.pipeline, "plan", services, state);
  }

  #createImageRepository({ provider: { project } }: GoogleStackProps, services: Services): void {
    const { address } = new GoogleImageRepository(this, "images", { project, services });
    new TerraformOutput(this, "image-repository", {
      description: "Where images go that run in this project, for `mirrorform image --push`.",
      value: address,
    });
  }

  /** Each has a pool of its own: no token for one of the two is a principal of the other's pool. */
  #createDeployer(
    { inventory, provider, rights }: GoogleBootstrapStackProps,
    pipeline: Pipeline,
    task: PipelineTask,
    services: Services,
    state: readonly ITerraformDependable[],
  ): void {
    const [project, key] = [inventory.project.name, provider.key];
    const [id, name, pool] =
      task === "apply"
        ? ["deployer", deployerName(project, key), deployerPoolName(project, key)]
        : ["previewer", previewerName(project, key), previewerPoolName(project, key)];
    const identities = new GoogleIdentityProvider(this, `${id}-pipelines`, {
      pool,
      provider: pipeline.forge,
      issuer: pipeline.issuer,
      condition: pipelineCondition(pipeline, task),
      services,
    });
    const deployer = new GoogleDeployer(this, `${id}-identity`, {
      name,
      task,
      trusted: { identities, subject: (task === "apply" ? pipeline.subject : pipeline.planSubject) ?? "" },
      stateBucket: provider.stateBucket,
      project: provider.project,
      rights,
      after: [...services, ...state],
    });
    new TerraformOutput(this, `${id}-service-account`, {
      description: `The service account with which CI ${task === "apply" ? "applies" : "plans"}.`,
      value: deployer.email,
    });
    new TerraformOutput(this, `${id}-workload-identity-provider`, {
      description: "What exchanges the tokens of its pipelines.",
      value: identities.provider,
    });
  }

  #createPromoter(props: GoogleStackProps, services: Services): void {
    const { inventory, provider } = props;
    const job = plannedJob(props);
    const trusted = this.#trustPromotions(props, services);
    const promoter = new GooglePromoter(this, "identity", {
      name: promoterName(inventory.project.name, provider.key),
      trusted,
      services,
    });
    if (job !== undefined) this.#createJob(props, job, promoter, services);
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
    this.#createPlanner(props, services);
  }

  #trustPromotions({ inventory, provider }: GoogleStackProps, services: Services) {
    const { github } = inventory.promotion.runsIn;
    if (github === undefined) return undefined;
    const identities = new GoogleIdentityProvider(this, "github", {
      pool: identityPoolName(inventory.project.name, provider.key),
      provider: "github",
      issuer: githubIssuer,
      condition: githubCondition(github, promotionEvents),
      services,
    });
    return { identities, subject: github.subject };
  }

  /** Its pool is another one than the promoter's: no token for one of the two is a principal of the other's pool. */
  #createPlanner({ inventory, provider }: GoogleStackProps, services: Services): void {
    const { repository, planSubject: subject } = inventory.promotion.runsIn.github ?? {};
    if (repository === undefined || subject === undefined) return;
    const identities = new GoogleIdentityProvider(this, "github-plans", {
      pool: planIdentityPoolName(inventory.project.name, provider.key),
      provider: "github",
      issuer: githubIssuer,
      condition: githubCondition({ repository, subject }, planEvents),
      services,
    });
    const planner = new GooglePromoter(this, "plan-identity", {
      name: plannerName(inventory.project.name, provider.key),
      displayName: "The planner: reads for plans of pull requests, and writes nothing",
      trusted: { identities, subject },
      services,
    });
    new TerraformOutput(this, "planner-service-account", {
      description: "The planner's service account, for the workflow.",
      value: planner.email,
    });
    new TerraformOutput(this, "planner-workload-identity-provider", {
      description: "What exchanges the tokens of pull requests for those of the planner's pool.",
      value: identities.provider,
    });
  }

  #createJob(
    { inventory, provider }: GoogleStackProps,
    { region, image, schedule }: Job,
    promoter: GooglePromoter,
    services: Services,
  ): void {
    const [project, key] = [inventory.project.name, provider.key];
    new GooglePromoterJob(this, "job", {
      name: promoterName(project, key),
      region,
      project: provider.project,
      image,
      schedule,
      starter: starterName(project, key),
      inputs: promotionBucketName(project, key),
      promoter,
      services,
    });
  }
}

type Job = Required<NonNullable<Promoter["cloudRun"]>>;

/** Whether the redirector or the promoter runs at the provider. */
function runsImages({ inventory, provider }: GoogleStackProps): boolean {
  return runsRedirector(inventory, provider) || inventory.promotion.runsIn.cloudRun?.provider === provider.key;
}

function neededServices(props: GoogleStackProps): string[] {
  const { inventory, provider } = props;
  return [
    ...(hasPromoter(inventory) || inventory.pipeline !== undefined ? identityServices : []),
    ...(plannedJob(props) === undefined ? [] : jobServices),
    ...stateServices,
    ...auditServices,
    ...(runsImages(props) && provider.state !== "emptied" ? imageServices : []),
  ];
}

/** The job in Cloud Run, if it runs at the provider. Cloud Run only runs images: without one there is no job yet. */
function plannedJob({ inventory, provider }: GoogleStackProps): Job | undefined {
  const { cloudRun } = inventory.promotion.runsIn;
  if (cloudRun?.provider !== provider.key || cloudRun.image === undefined) return undefined;
  return { ...cloudRun, image: cloudRun.image };
}
