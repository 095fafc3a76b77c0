import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformElement, type TerraformStack } from "cdktf";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { addStack } from "../../stacks/add-stack";
import { stackPlan } from "../../stacks/stack-plan";
import { synthesizedTexts } from "./synthesized";

/** The deployed facts of the fixture `small`, with addresses reserved for documentation. */
export const smallFacts: DeployedFacts = {
  google: {
    stores: { bucket: ["europe-west1", "us-central1"], registry: ["europe-west1", "us-central1"] },
    addresses: { ipv4: "192.0.2.10", ipv6: "2001:db8::10" },
    validations: {
      "registry.example.org": {
        name: "_acme-challenge.registry.example.org",
        value: "a.authorize.certificatemanager.goog",
      },
    },
  },
  aws: {
    stores: { bucket: ["eu-west-1", "us-east-1"], registry: ["us-east-1"] },
    targets: {
      "us-east-2": {
        "registry.example.org": "d-a.execute-api.us-east-2.amazonaws.com",
        "dl.example.org": "d-b.execute-api.us-east-2.amazonaws.com",
      },
      "eu-west-1": {
        "registry.example.org": "d-c.execute-api.eu-west-1.amazonaws.com",
        "dl.example.org": "d-d.execute-api.eu-west-1.amazonaws.com",
      },
    },
    validations: { "registry.example.org": { name: "_a.registry.example.org", value: "_b.acm-validations.aws" } },
    distributions: { "eu-west-1": "d111111abcdef8.cloudfront.net" },
  },
};

/** One stack in the form that Terraform reads. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly data?: StackJson["resource"];
  readonly [block: string]: unknown;
}

/** A synthesized stack: its JSON as text, and the number of constructed elements. */
export interface Synthesized {
  readonly text: string;
  readonly json: StackJson;
  readonly elements: number;
}

function elementsOf(stack: TerraformStack): number {
  return stack.node.findAll().filter((node) => TerraformElement.isTerraformElement(node)).length;
}

/**
 * Every stack of an inventory, by name, from `app.synth()`, with an empty file instead of the Lambda's zip and the routing
 * table, which have tests of their own.
 */
export function synthesizedStacks(inventory: Inventory, facts: DeployedFacts): Readonly<Record<string, Synthesized>> {
  const directory = mkdtempSync(join(tmpdir(), "mirrorform-test-"));
  try {
    const carried = { path: join(directory, "carried"), sha256: "0".repeat(64) };
    writeFileSync(carried.path, "");
    const inputs = { inventory, facts, code: { lambda: carried, table: carried } };
    const plans = stackPlan(inventory);
    const elements = new Map<string, number>();
    const texts = synthesizedTexts((app) => {
      for (const plan of plans) elements.set(plan.name, elementsOf(addStack(app, plan, inputs)));
    });
    return Object.fromEntries(
      plans.map(({ name }) => {
        const text = texts[name] ?? "";
        return [name, { text, json: JSON.parse(text) as StackJson, elements: elements.get(name) ?? 0 }];
      }),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The Terraform addresses of a stack's resources and data sources, with their content. */
export function addresses({ json }: Synthesized): ReadonlyMap<string, unknown> {
  const of = (blocks: StackJson["resource"] = {}, prefix = "") =>
    Object.entries(blocks).flatMap(([type, entries]) =>
      Object.entries(entries).map(([name, body]): [string, unknown] => [`${prefix}${type}.${name}`, body]),
    );
  return new Map([...of(json.resource), ...of(json.data, "data.")]);
}
