import type { Problem } from "../document/problem";
import type { DeployedFacts } from "../facts/deployed-facts";
import type { Inventory } from "../inventory/inventory";
import { listRanges, shippedRanges } from "../networks/range-snapshot";
import { rangeSources } from "../routing/compile-routing-table";
import { limitProblems } from "./claim-problems";
import type { PlaceProblem } from "./deployment-problems";
import { lastChange } from "./last-change";
import { staleProblems, unusableProblems } from "./range-problems";
import { readProject } from "./read-project";

/** Where a command finds what it works on. */
export interface ProjectOptions {
  readonly inventory: string;
  /** @default the ranges that this project carries */
  readonly ranges?: string;
  /** Whether mirrors may be on loopback and in private networks. @default false */
  readonly allowPrivateMirrors?: boolean;
}

/** A project as commands see it: both files and the state of the published ranges, with everything wrong about them. */
export type CheckedProject = { readonly problems: readonly Problem[] } & (
  | { readonly ok: false }
  | {
      readonly ok: true;
      readonly inventory: Inventory;
      readonly facts: DeployedFacts;
      readonly ranges: string;
      /** Makes the problem for a complaint that is found later, at a value's place in the inventory. */
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
    ...staleProblems(ranges, statuses),
    ...statuses.flatMap((status) => unusableProblems(status, written, place)),
  ];
  if (problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  problems.push(...limitProblems(place, inventory, ranges));
  if (problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, problems, inventory, facts, ranges, place, changed: lastChange([...files, ranges]) };
}
