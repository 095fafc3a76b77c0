import { dirname, join } from "node:path";
import { isError, type Problem, sortProblems } from "../document/problem";
import type { DeployedFacts } from "../facts/deployed-facts";
import { readDeployedFacts } from "../facts/read-deployed-facts";
import type { Draft } from "../inventory/draft";
import type { Inventory } from "../inventory/inventory";
import { type InventoryOptions, readPlacedInventory } from "../inventory/read-inventory";
import { findDeploymentChanges } from "./deployment-changes";
import { findDeploymentProblems, type PlaceProblem } from "./deployment-problems";

/** The two reviewed files of a project with their warnings, or all their problems. */
export type ProjectReading =
  | {
      readonly ok: true;
      readonly inventory: Inventory;
      readonly facts: DeployedFacts;
      /** The paths of both files. */
      readonly files: readonly string[];
      readonly problems: readonly Problem[];
      /** The inventory as written, without defaults. */
      readonly written: Draft;
      /** Locates a later complaint at a value of the inventory. */
      readonly place: PlaceProblem;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The file of the deployed facts, in the inventory's directory. */
export const factsFile = "deployed.yaml";

/**
 * Reads an inventory and the deployed facts in its directory (`deployed.yaml`, which may be missing). Never throws.
 *
 * @param path the inventory's file
 * @param today the day for which credits are checked
 */
export function readProject(path: string, today: Date, options: InventoryOptions = {}): ProjectReading {
  const { reading, written, place } = readPlacedInventory(path, today, options);
  if (!reading.ok) return reading;
  const { inventory } = reading;
  const files = [path, join(dirname(path), factsFile)] as const;
  const deployed = readDeployedFacts(files[1], inventory);
  if (!deployed.ok) return { ok: false, problems: [...reading.problems, ...deployed.problems] };
  const { facts } = deployed;
  const ofDeployment = findDeploymentProblems(inventory, facts, place);
  const changes = findDeploymentChanges(inventory, facts, place);
  const problems = [...sortProblems([...reading.problems, ...ofDeployment, ...changes]), ...deployed.problems];
  if (problems.some(isError)) return { ok: false, problems };
  return { ok: true, inventory, facts, files, problems, written: written as Draft, place };
}
