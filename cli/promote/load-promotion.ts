import { dirname, join } from "node:path";
import { isError } from "../../document/problem";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { readProject } from "../../project/read-project";
import { createNothingDone, reportProblems } from "../../project/report-problems";
import { createPlacement } from "../../promotion/manifests/create-placement";
import { ManifestMemory } from "../../promotion/manifests/manifest-memory";
import type { Placement } from "../../promotion/manifests/placement";
import { type ManifestsReading, readManifests } from "../../promotion/manifests/read-manifests";
import type { Policy } from "../../promotion/policy/policy";
import { readPolicy } from "../../promotion/policy/read-policy";
import { findIgnoredPolicies } from "./find-ignored-policies";
import { placePolicy } from "./place-policy";

/** Where a project and its manifests are. */
export interface PromotionOptions {
  /** @default `promotions/` beside the inventory, or what the inventory names */
  readonly manifests?: readonly string[];
  readonly inventory: string;
  readonly allowPrivateMirrors?: boolean;
  /** A commit that the manifests will be compared with. @default none */
  readonly since?: string;
}

/** A project without errors, with its manifests. */
export interface LoadedPromotion {
  readonly inventory: Inventory;
  readonly facts: DeployedFacts;
  /** The directories of the manifests. */
  readonly manifests: readonly string[];
  readonly placement: Placement;
  /** It may have problems; each blocks only what it concerns. */
  readonly reading: ManifestsReading;
  /** The parsed manifests, if they will be compared with those of a commit. */
  readonly memory?: ManifestMemory | undefined;
  /** @default there is none, and nothing is refused */
  readonly policy?: Policy;
}

/**
 * Reads a project and its manifests, and prints their errors on standard error. `validate` and `promote validate` print warnings.
 *
 * @throws UnusableProject if the inventory, the deployed facts or the policy have errors
 */
export function loadPromotion(options: PromotionOptions): LoadedPromotion {
  const project = readProject(options.inventory, new Date(), options);
  if (!project.ok) {
    reportProblems(project.problems);
    throw createNothingDone(project.problems);
  }
  const { inventory, facts } = project;
  const { manifests = [join(dirname(options.inventory), inventory.promotion.manifests)] } = options;
  const placement = createPlacement(inventory);
  const memory = options.since === undefined ? undefined : new ManifestMemory();
  const reading = readManifests(manifests, placement, { remember: memory });
  reportProblems(reading.problems.filter(isError));
  const policy = loadPolicy(options.inventory, inventory, reading, manifests);
  return { inventory, facts, manifests, placement, reading, memory, ...(policy && { policy }) };
}

/** A policy with errors would refuse too little: nothing is promoted. @throws UnusableProject */
function loadPolicy(
  file: string,
  { promotion }: Inventory,
  { projects }: ManifestsReading,
  manifests: readonly string[],
): Policy | undefined {
  const known = new Set([...promotion.projects.map(({ key }) => key), ...projects]);
  const place = placePolicy(file, promotion);
  const reading = readPolicy(place, { projects: known });
  const ignored = findIgnoredPolicies(manifests, place.file);
  if (reading.ok && ignored.length === 0) return reading.policy;
  const problems = [...reading.problems, ...ignored];
  reportProblems(problems);
  throw createNothingDone(problems);
}
