import type { App, TerraformStack } from "cdktf";
import type { DnsRecord } from "../constructs/dns/dns-record";
import type { DeployedFacts } from "../facts/deployed-facts";
import type { CloudProvider, Inventory } from "../inventory/inventory";
import { AwsDnsStack } from "./aws/dns";
import { AwsRedirectorStack } from "./aws/redirector";
import { AwsStorageStack } from "./aws/storage";
import { AzureStorageStack } from "./azure/storage";
import { dnsRecords } from "./dns-records";
import { GoogleDnsStack } from "./google/dns";
import { GoogleRedirectorStack } from "./google/redirector";
import { GoogleStorageStack } from "./google/storage";
import type { RedirectorCode } from "./redirector-code";
import type { PlannedStack, StackPlans } from "./stack-plan";

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
    storage: (app, { name, provider }, { inventory }) => new AwsStorageStack(app, name, { inventory, provider }),
    dns: (app, { name, provider }, inputs) =>
      new AwsDnsStack(app, name, {
        inventory: inputs.inventory,
        provider,
        records: recordsAt(provider, inputs),
      }),
    redirector: (app, { name, provider, regions }, { inventory, code }) =>
      new AwsRedirectorStack(app, name, { inventory, provider, regions, code }),
  },
  google: {
    storage: (app, { name, provider }, { inventory }) => new GoogleStorageStack(app, name, { inventory, provider }),
    dns: (app, { name, provider }, inputs) =>
      new GoogleDnsStack(app, name, {
        inventory: inputs.inventory,
        provider,
        records: recordsAt(provider, inputs),
      }),
    redirector: (app, { name, provider, regions, image }, { inventory, code }) =>
      new GoogleRedirectorStack(app, name, { inventory, provider, regions, image, table: code.table }),
  },
  azure: {
    storage: (app, { name, provider }, { inventory }) => new AzureStorageStack(app, name, { inventory, provider }),
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
