import type { Resource } from "../../security/describe-resource";
import { fixture, inventoryOf, richFacts, richInventory } from "../routing/tables";
import { type Synthesized, smallFacts, synthesizedStacks } from "../stacks/stacks";

function withPipeline(runsIn: string): Readonly<Record<string, Synthesized>> {
  const text = `${fixture("small")}\ninfrastructure: { runs-in: { ${runsIn} } }\n`;
  return synthesizedStacks(inventoryOf(text), smallFacts);
}

/** The names of inventories whose stacks are checked, with how to synthesize them. Together they have every kind of resource. */
const inventories = {
  small: () => synthesizedStacks(inventoryOf(fixture("small")), smallFacts),
  promotion: () =>
    synthesizedStacks(inventoryOf(fixture("promotion")), {
      google: { promoter: { account: "104892101782432103941" } },
    }),
  choices: () => synthesizedStacks(inventoryOf(fixture("choices")), {}),
  github: () => withPipeline("github: { repository: example-org/mirrors }"),
  gitlab: () => withPipeline("gitlab: { project: example-org/mirrors }"),
  rich: () => synthesizedStacks(richInventory(), richFacts()),
};

/** The name of an inventory of the fixtures. */
export type CheckedInventory = keyof typeof inventories;

/** All inventories: those that have everything once, and one of the size of registry.k8s.io's. */
export const checkedInventories = Object.keys(inventories) as CheckedInventory[];

/** The stacks of an inventory, by name. */
export function fixtureStacks(inventory: CheckedInventory): Readonly<Record<string, Synthesized>> {
  return inventories[inventory]();
}

/** The resources of a stack. */
export function resourcesIn({ json }: Synthesized): Resource[] {
  return Object.entries(json.resource ?? {}).flatMap(([type, bodies]) =>
    Object.entries(bodies).map(([name, body]) => ({ type, name, body: body as Resource["body"] })),
  );
}
