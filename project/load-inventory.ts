import type { Inventory } from "../inventory/inventory";
import { readPlacedInventory } from "../inventory/read-inventory";
import type { ProjectOptions } from "./check-project";
import type { PlaceProblem } from "./deployment-problems";
import { nothingDone, reportProblems } from "./report-problems";

/** An inventory without errors. */
export interface LoadedInventory {
  readonly inventory: Inventory;
  /** Makes the problem for a complaint that is found later, at a value's place in the inventory. */
  readonly place: PlaceProblem;
}

/**
 * Reads the inventory alone, for commands that mend what else belongs to a project, and prints its errors on the standard error.
 *
 * @throws UnusableProject if there are any
 */
export function loadInventory(options: Omit<ProjectOptions, "ranges">): LoadedInventory {
  const { reading, place } = readPlacedInventory(options.inventory, new Date(), options);
  if (reading.ok) return { inventory: reading.inventory, place };
  reportProblems(reading.problems);
  throw nothingDone(reading.problems);
}
