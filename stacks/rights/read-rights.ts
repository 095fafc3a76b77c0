import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { addStack } from "../add-stack";
import { stackPlan } from "../stack-plan";
import { type StackRights, stackRights } from "./stack-rights";

/**
 * The rights that the stacks of an inventory need, in their order. Nothing is written.
 *
 * @param only the names of the stacks. @default all
 */
export function readRights(inventory: Inventory, facts: DeployedFacts, only?: readonly string[]): StackRights[] {
  const directory = mkdtempSync(join(tmpdir(), "mirrorform-rights-"));
  try {
    // What stacks carry has no influence on their rights.
    const carried = { path: join(directory, "carried"), sha256: "0".repeat(64) };
    writeFileSync(carried.path, "");
    const app = new App({ outdir: directory, stackTraces: false });
    return stackPlan(inventory)
      .filter(({ name }) => only === undefined || only.includes(name))
      .map((plan) =>
        stackRights(addStack(app, plan, { inventory, facts, code: { lambda: carried, table: carried } }), plan.cloud),
      );
  } finally {
    rmSync(directory, { recursive: true });
  }
}
