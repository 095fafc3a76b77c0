import { printable, printableJson } from "../document/printable";
import type { ProjectOptions } from "../project/check-project";
import { loadProject } from "../project/load-project";
import type { StackRights } from "../stacks/rights/stack-rights";
import { stackPlan } from "../stacks/stack-plan";
import { exitStatus, Failure } from "./failure";

interface RightsOptions extends ProjectOptions {
  readonly json?: boolean;
}

/** Formats the rights of stacks as lists: first those for a plan, then those for changes. */
export function formatRights(rights: readonly StackRights[]): string {
  return rights
    .map(({ stack, read, change }) => {
      const lines = [...read.map((right) => `  plan   ${right}`), ...change.map((right) => `  apply  ${right}`)];
      return `${[stack, ...lines].map(printable).join("\n")}\n`;
    })
    .join("\n");
}

/**
 * `rights`: prints what an identity must be allowed to plan and to apply each stack.
 *
 * @param stack the name of a stack. @default all
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if the stack is unknown
 */
export function rightsCommand(stack: string | undefined, options: RightsOptions): void {
  const { inventory, facts } = loadProject(options);
  const names = stackPlan(inventory).map(({ name }) => name);
  if (stack !== undefined && !names.includes(stack)) {
    throw new Failure(exitStatus.wrongUsage, `unknown stack ${printable(stack)}; the stacks are ${names.join(", ")}`);
  }
  // Loaded here, because CDKTF and the resources of three providers take a second.
  const { readRights } = require("../stacks/rights/read-rights") as typeof import("../stacks/rights/read-rights");
  const rights = readRights(inventory, facts, stack === undefined ? undefined : [stack]);
  if (options.json) process.stdout.write(`${printableJson(rights, 2)}\n`);
  else process.stdout.write(formatRights(rights));
}
