import { isError, type Problem } from "../document/problem";
import type { DeployedFacts } from "../facts/deployed-facts";
import type { Inventory } from "../inventory/inventory";
import { listRanges, shippedRanges } from "../networks/range-snapshot";
import { rangeSources } from "../routing/compile-routing-table";
import { findLimitProblems } from "./claim-problems";
import type { PlaceProblem } from "./deployment-problems";
import { findLastChange } from "./last-change";
import { findStaleProblems, findUnusableProblems } from "./range-problems";
import { readProject } from "./read-project";

/** The files that a command works on. */
export interface ProjectOptions {
  readonly inventory: string;
  /** The directory of the published ranges. @default mirrorform's own */
  readonly ranges?: string;
  /** Whether mirrors may be on loopback and in private networks. @default false */
  readonly allowPrivateMirrors?: boolean;
}

/** A project as commands use it: both files and the published ranges, with all their problems. */
export type CheckedProject = { readonly problems: readonly Problem[] } & (
  | { readonly ok: false }
  | {
      readonly ok: true;
      readonly inventory: Inventory;
      readonly facts: DeployedFacts;
      readonly ranges: string;
      /** Locates a later complaint at a value of the inventory. */
      readonly place: PlaceProblem;
      /** When the project's files last changed. */
      readonly changed: Date;
    }
);

/** Reads and checks a project without ending the program. */
export function checkProject(options: ProjectOptions, now: Date): CheckedProject {
  const { ranges = shippedRanges } = options;
  const project = readProject(options.inventory, now, options);
  if (!project.ok) return { ok: false, problems: project.problems };
  const { inventory, facts, files, written, place } = project;
  const statuses = listRanges(ranges, rangeSources(inventory), now);
  const problems = [
    ...project.problems,
    ...findStaleProblems(ranges, statuses),
    ...statuses.flatMap((status) => findUnusableProblems(status, written, place)),
  ];
  if (problems.some(isError)) return { ok: false, problems };
  problems.push(...findLimitProblems(place, inventory, ranges));
  if (problems.some(isError)) return { ok: false, problems };
  return { ok: true, problems, inventory, facts, ranges, place, changed: findLastChange([...files, ranges]) };
}
