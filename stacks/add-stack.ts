import { App, type TerraformStack } from "cdktf";
import type { DnsRecord } from "../constructs/dns/dns-record";
import type { DeployedFacts } from "../facts/deployed-facts";
import type { CloudProvider, Inventory } from "../inventory/inventory";
import { AwsBootstrapStack } from "./aws/bootstrap";
import { AwsDnsStack } from "./aws/dns";
import { AwsEmptiedStack } from "./aws/emptied";
import { AwsRedirectorStack } from "./aws/redirector";
import { AwsStagingStack } from "./aws/staging";
import { AwsStorageStack } from "./aws/storage";
import { AzureBootstrapStack } from "./azure/bootstrap";
import { AzureEmptiedStack } from "./azure/emptied";
import { AzureStagingStack } from "./azure/staging";
import { AzureStorageStack } from "./azure/storage";
import { dnsRecords } from "./dns-records";
import { GoogleBootstrapStack } from "./google/bootstrap";
import { GoogleDnsStack } from "./google/dns";
import { GoogleEmptiedStack } from "./google/emptied";
import { GoogleRedirectorStack } from "./google/redirector";
import { GoogleStagingStack } from "./google/staging";
import { GoogleStorageStack } from "./google/storage";
import type { RedirectorCode } from "./redirector-code";
import { type StackRights, stackRights } from "./rights/stack-rights";
import { type PlannedStack, type StackPlans, stackPlan } from "./stack-plan";

/** The inputs of all stacks. */
export interface StackInputs {
  readonly inventory: Inventory;
  readonly facts: DeployedFacts;
  readonly code: RedirectorCode;
}

type StackBuilder<Plan> = (app: App, plan: Plan, inputs: StackInputs) => TerraformStack;

/** Builds planned stacks, by cloud and layer. */
const builders: {
  readonly [Cloud in keyof StackPlans]: {
    readonly [Layer in keyof StackPlans[Cloud]]: StackBuilder<StackPlans[Cloud][Layer]>;
  };
} = {
  aws: {
    bootstrap: (app, { name, provider }, inputs) =>
      new AwsBootstrapStack(app, name, {
        inventory: inputs.inventory,
        provider,
        googleAccount: promoterAccount(inputs),
        rights: pipelineRights(provider, inputs),
      }),
    storage: (app, { name, provider }, { inventory }) => new AwsStorageStack(app, name, { inventory, provider }),
    dns: (app, { name, provider }, inputs) =>
      new AwsDnsStack(app, name, {
        inventory: inputs.inventory,
        provider,
        records: recordsAt(provider, inputs),
      }),
    redirector: (app, { name, provider, regions }, { inventory, code }) =>
      new AwsRedirectorStack(app, name, { inventory, provider, regions, code }),
    staging: (app, { name, provider, areas }, { inventory }) =>
      new AwsStagingStack(app, name, { inventory, provider, areas }),
    emptied: (app, { name, provider }, { inventory }) => new AwsEmptiedStack(app, name, { inventory, provider }),
  },
  google: {
    bootstrap: (app, { name, provider }, inputs) =>
      new GoogleBootstrapStack(app, name, {
        inventory: inputs.inventory,
        provider,
        rights: pipelineRights(provider, inputs),
      }),
    storage: (app, { name, provider }, { inventory }) => new GoogleStorageStack(app, name, { inventory, provider }),
    dns: (app, { name, provider }, inputs) =>
      new GoogleDnsStack(app, name, {
        inventory: inputs.inventory,
        provider,
        records: recordsAt(provider, inputs),
      }),
    redirector: (app, { name, provider, regions, image }, { inventory, code }) =>
      new GoogleRedirectorStack(app, name, { inventory, provider, regions, image, table: code.table }),
    staging: (app, { name, provider, areas }, { inventory }) =>
      new GoogleStagingStack(app, name, { inventory, provider, areas }),
    emptied: (app, { name, provider }, { inventory }) => new GoogleEmptiedStack(app, name, { inventory, provider }),
  },
  azure: {
    bootstrap: (app, { name, provider }, inputs) =>
      new AzureBootstrapStack(app, name, {
        inventory: inputs.inventory,
        provider,
        googleAccount: promoterAccount(inputs),
        rights: pipelineRights(provider, inputs),
      }),
    storage: (app, { name, provider }, { inventory }) => new AzureStorageStack(app, name, { inventory, provider }),
    staging: (app, { name, provider, areas }, { inventory }) =>
      new AzureStagingStack(app, name, { inventory, provider, areas }),
    emptied: (app, { name, provider }, { inventory }) => new AzureEmptiedStack(app, name, { inventory, provider }),
  },
};

/** The first version that locks a state in S3 with a file, and the oldest that is supported here. */
const terraformVersion = ">= 1.10";

/** Adds a planned stack to an app. */
export function addStack(app: App, plan: PlannedStack, inputs: StackInputs): TerraformStack {
  // Each entry takes the plan of its own cloud and layer, but TypeScript cannot follow that through two indices.
  const layers = builders[plan.cloud] as Record<PlannedStack["layer"], StackBuilder<PlannedStack>>;
  const stack = layers[plan.layer](app, plan, inputs);
  stack.addOverride("terraform.required_version", terraformVersion);
  return stack;
}

function recordsAt({ key }: CloudProvider, { inventory, facts }: StackInputs): DnsRecord[] {
  return dnsRecords(inventory, facts, key);
}

/** The number of the service account that promotes from Cloud Run. Unknown before its bootstrap stack was applied. */
function promoterAccount({ inventory, facts }: StackInputs): string | undefined {
  const { cloudRun } = inventory.promotion.runsIn;
  return cloudRun && facts[cloudRun.provider]?.promoter?.account;
}

/**
 * What CI needs for a provider's stacks, all but `bootstrap`, which grants it. It follows from their resources, so they are built once more,
 * and never written.
 */
function pipelineRights({ key }: CloudProvider, inputs: StackInputs): StackRights[] {
  if (inputs.inventory.pipeline === undefined) return [];
  const app = new App({ stackTraces: false });
  return stackPlan(inputs.inventory)
    .filter(({ provider, layer }) => provider.key === key && layer !== "bootstrap")
    .map((plan) => stackRights(addStack(app, plan, inputs), plan.cloud));
}
