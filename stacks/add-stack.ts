import type { App, TerraformStack } from "cdktf";
import type { DeployedFacts } from "../facts/deployed-facts";
import type { AwsProvider, GoogleProvider, Inventory } from "../inventory/inventory";
import { AwsDnsStack } from "./aws/dns";
import { AwsRedirectorStack } from "./aws/redirector";
import { AwsStorageStack } from "./aws/storage";
import { AzureStorageStack } from "./azure/storage";
import { dnsRecords } from "./dns-records";
import { GoogleDnsStack } from "./google/dns";
import { GoogleRedirectorStack } from "./google/redirector";
import { GoogleStorageStack } from "./google/storage";
import type { RedirectorCode } from "./redirector-code";
import type { PlannedStack } from "./stack-plan";

/** What stacks are made from. */
export interface StackInputs {
  readonly inventory: Inventory;
  readonly facts: DeployedFacts;
  readonly code: RedirectorCode;
}

function awsStack(app: App, plan: PlannedStack, provider: AwsProvider, inputs: StackInputs): TerraformStack {
  const { inventory, facts, code } = inputs;
  switch (plan.layer) {
    case "storage":
      return new AwsStorageStack(app, plan.name, { inventory, provider });
    case "dns":
      return new AwsDnsStack(app, plan.name, {
        inventory,
        provider,
        records: dnsRecords(inventory, facts, provider.key),
      });
    case "redirector":
      return new AwsRedirectorStack(app, plan.name, { inventory, provider, regions: plan.regions, code });
  }
}

function googleStack(app: App, plan: PlannedStack, provider: GoogleProvider, inputs: StackInputs): TerraformStack {
  const { inventory, facts, code } = inputs;
  switch (plan.layer) {
    case "storage":
      return new GoogleStorageStack(app, plan.name, { inventory, provider });
    case "dns":
      return new GoogleDnsStack(app, plan.name, {
        inventory,
        provider,
        records: dnsRecords(inventory, facts, provider.key),
      });
    case "redirector":
      return new GoogleRedirectorStack(app, plan.name, { inventory, provider, regions: plan.regions, code });
  }
}

/** The first Terraform that locks a state in S3 by a file beside it, and the oldest that is supported here. */
const terraformVersion = ">= 1.10";

/** Adds a planned stack to an app. */
export function addStack(app: App, plan: PlannedStack, inputs: StackInputs): TerraformStack {
  const stack = stackAt(app, plan, inputs);
  stack.addOverride("terraform.required_version", terraformVersion);
  return stack;
}

function stackAt(app: App, plan: PlannedStack, inputs: StackInputs): TerraformStack {
  const { provider } = plan;
  switch (provider.cloud) {
    case "aws":
      return awsStack(app, plan, provider, inputs);
    case "google":
      return googleStack(app, plan, provider, inputs);
    case "azure":
      return new AzureStorageStack(app, plan.name, { inventory: inputs.inventory, provider });
  }
}
