import type { Inventory } from "../inventory/inventory";
import { readPlacedInventory } from "../inventory/read-inventory";
import type { ProjectOptions } from "./check-project";
import type { PlaceProblem } from "./deployment-problems";
import { createNothingDone, reportProblems } from "./report-problems";

/** An inventory without errors. */
export interface LoadedInventory {
  readonly inventory: Inventory;
  /** Locates a later complaint at a value of the inventory. */
  readonly place: PlaceProblem;
}

/**
 * Reads only the inventory, for commands that repair the other parts of a project. Prints its errors on standard error.
 *
 * @throws UnusableProject if there are errors
 */
export function loadInventory(options: Omit<ProjectOptions, "ranges">): LoadedInventory {
  const { reading, place } = readPlacedInventory(options.inventory, new Date(), options);
  if (reading.ok) return { inventory: reading.inventory, place };
  reportProblems(reading.problems);
  throw createNothingDone(reading.problems);
}
