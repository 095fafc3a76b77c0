import { RangesUnreadable } from "../networks/range-entry";
import { compileRoutingTable } from "../routing/compile-routing-table";
import { decodeRoutingTable, type RoutingTable } from "../routing/routing-table";
import { type CheckedProject, checkProject, type ProjectOptions } from "./check-project";
import { createNothingDone, reportProblems } from "./report-problems";
import { UnusableProject } from "./unusable-project";

/** A project without errors. */
export type SoundProject = CheckedProject & { readonly ok: true };

/**
 * Reads and checks a project. Prints its problems on standard error.
 *
 * @throws UnusableProject if one of them is an error
 */
export function loadProject(options: ProjectOptions): SoundProject {
  const project = checkProject(options, new Date());
  reportProblems(project.problems);
  if (project.ok) return project;
  throw createNothingDone(project.problems);
}

/** A compiled routing table, in both forms. */
export interface CompiledTable {
  /** Ready to answer. */
  readonly table: RoutingTable;
  /** As it is published. */
  readonly bytes: Uint8Array;
}

/**
 * Compiles a project's routing table, and loads it as a redirector would.
 *
 * @throws UnusableProject if a redirector would refuse it, or the published ranges can no longer be read
 */
export function compileTable({ inventory, facts, ranges, changed }: SoundProject): CompiledTable {
  try {
    const bytes = compileRoutingTable(inventory, facts, ranges, changed);
    return { table: loadTable(bytes), bytes };
  } catch (error) {
    if (error instanceof RangesUnreadable) throw new UnusableProject(error.message);
    throw error;
  }
}

function loadTable(bytes: Uint8Array): RoutingTable {
  try {
    return decodeRoutingTable(bytes);
  } catch (error) {
    throw new UnusableProject(`no redirector would load the inventory's table: ${(error as Error).message}`);
  }
}
