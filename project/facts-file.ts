import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isError, type Problem } from "../document/problem";
import { type DeployedFacts, hasStores } from "../facts/deployed-facts";
import {
  type MergedFacts,
  mergeDeployedFacts,
  type StackFacts,
  type UnlistedStore,
} from "../facts/merge-deployed-facts";
import { parseDeployedFacts } from "../facts/read-deployed-facts";
import type { Inventory } from "../inventory/inventory";
import { findDeploymentChanges } from "./deployment-changes";
import { findDeploymentProblems } from "./deployment-problems";
import type { LoadedInventory } from "./load-inventory";
import { factsFile } from "./read-project";
import { reportProblems } from "./report-problems";
import { UnusableProject } from "./unusable-project";

/** The current `deployed.yaml`. */
export interface FactsFile {
  readonly path: string;
  /** Empty if there is no file. */
  readonly text: string;
  readonly facts: DeployedFacts;
}

/**
 * Reads `deployed.yaml`, which may be missing. Missing entries are not errors here, because they are about to be added.
 *
 * @param inventory the inventory's file, in the same directory
 * @throws UnusableProject if the file itself has errors, which are printed
 */
export function readFactsFile(inventory: string, project: LoadedInventory): FactsFile {
  const path = join(dirname(inventory), factsFile);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const reading = parseDeployedFacts(Buffer.from(text), path, project.inventory);
  if (!reading.ok) throw reportInvalid(path, reading.problems);
  return { path, text, facts: reading.facts };
}

/**
 * Merges outputs of stacks into deployed facts. No entry is removed. A store is listed if `filled` names it, or if it is the
 * origin's and no store is listed yet: on a first deployment, the origin holds everything.
 *
 * @param filled mirrors (`aws/eu-west-1`), or providers (`aws`)
 * @throws UnusableProject if a filled store is not deployed, or the result has errors, which are printed
 */
export function mergeOutputs(
  { path, text, facts }: FactsFile,
  project: LoadedInventory,
  outputs: readonly StackFacts[],
  filled: readonly string[],
): MergedFacts {
  requireDeployed(filled, outputs);
  const merged = mergeDeployedFacts(text, outputs, isFilled(project.inventory, filled, facts));
  requireValid(path, merged.text, project);
  return merged;
}

/** A mirror that becomes the origin later may be empty, so its stores must be named. */
function isFilled({ origin }: Inventory, filled: readonly string[], listed: DeployedFacts) {
  return ({ provider, region }: UnlistedStore): boolean =>
    filled.includes(provider) ||
    filled.includes(`${provider}/${region}`) ||
    (provider === origin.provider && region === origin.mirror && !hasStores(listed));
}

function requireDeployed(filled: readonly string[], outputs: readonly StackFacts[]): void {
  const stores = outputs.flatMap(({ provider, facts }) =>
    Object.values(facts.stores ?? {})
      .flat()
      .map((region) => `${provider}/${region}`),
  );
  const unknown = filled.filter((name) => !stores.some((store) => store === name || store.startsWith(`${name}/`)));
  if (unknown.length === 0) return;
  throw new UnusableProject(
    `--filled ${unknown.join(", ")}: not in any output \`stores\`, which ${stores.length === 0 ? "are empty" : `list ${[...new Set(stores)].sort().join(", ")}`}`,
  );
}

function requireValid(path: string, text: string, { inventory, place }: LoadedInventory): void {
  const reading = parseDeployedFacts(Buffer.from(text), path, inventory);
  if (!reading.ok) throw reportInvalid(path, reading.problems);
  const problems = [
    ...reading.problems,
    ...findDeploymentProblems(inventory, reading.facts, place),
    ...findDeploymentChanges(inventory, reading.facts, place),
  ];
  if (problems.some(isError)) throw reportInvalid(path, problems);
}

/** Prints the errors among the problems, and makes the error of a command that writes nothing because of them. */
function reportInvalid(path: string, problems: readonly Problem[]): UnusableProject {
  reportProblems(problems.filter(isError));
  return new UnusableProject(`${path} has errors; nothing was written.`);
}
