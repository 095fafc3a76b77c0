import type { CloudProvider, Inventory } from "../inventory/inventory";
import { stackPlan } from "./stack-plan";

/** The stacks of a provider that CI plans and applies: all but `bootstrap`, which grants CI its rights. */
export function deployedStacks(inventory: Inventory, { key }: CloudProvider): string[] {
  return stackPlan(inventory)
    .filter(({ provider, layer }) => provider.key === key && layer !== "bootstrap")
    .map(({ name }) => name);
}
