import { formatProblem } from "../document/problem";
import { type CheckedProject, checkProject, type ProjectOptions } from "../project/check-project";
import { compileRoutingTable } from "../routing/compile-routing-table";
import { decodeRoutingTable, type RoutingTable } from "../routing/routing-table";
import { counted } from "./counted";
import { exitStatus, Failure } from "./failure";

/** The routing table of a project, ready to answer and as bytes. */
export interface LoadedTable {
  readonly table: RoutingTable;
  readonly bytes: Uint8Array;
}

/** @throws Failure where no redirector would load the table */
export function loadTable({ inventory, facts, ranges, changed }: CheckedProject & { readonly ok: true }): LoadedTable {
  const bytes = compileRoutingTable(inventory, facts, ranges, changed);
  try {
    return { table: decodeRoutingTable(bytes), bytes };
  } catch (error) {
    throw new Failure(
      exitStatus.wrongInput,
      `no redirector would load the inventory's table: ${(error as Error).message}`,
    );
  }
}

/**
 * A project that can be used. Its problems go to the standard error.
 *
 * @throws Failure where one of them is an error
 */
export function loadProject(options: ProjectOptions): CheckedProject & { readonly ok: true } {
  const project = checkProject(options, new Date());
  for (const problem of project.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (project.ok) return project;
  const errors = project.problems.filter(({ severity }) => severity === "error").length;
  throw new Failure(exitStatus.wrongInput, `${counted(errors, "error")}; nothing was done.`);
}
