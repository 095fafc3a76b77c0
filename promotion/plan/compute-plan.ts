import type { Promoted } from "../promoted";
import type { Removal } from "../withdrawal/removal";
import { Findings } from "./findings";
import type { Plan, PlanFinding } from "./plan";
import { planFiles } from "./plan-files";
import { planImages } from "./plan-images";
import { promiseOf } from "./promise-of";
import type { IsMutable } from "./wanted-image";
import type { World } from "./world";

/** What a plan of a part of the manifests belongs to. */
export interface PlanScope {
  /** `promiseOf` all that the manifests promise. @default that of the given part */
  readonly promise?: string;
  /** The commit since which entries have changed. @default the plan is of all entries */
  readonly since?: string;
  /** What was found before the world was read. @default nothing */
  readonly findings?: readonly PlanFinding[];
  /** What becomes of withdrawn artifacts. @default nothing is withdrawn */
  readonly removals?: readonly Removal[];
  /** Whether the world was read without credentials, on purpose: what refuses that is no error. @default false */
  readonly withoutCredentials?: boolean;
}

/**
 * What a run has to do so that all targets hold what is promised, and what it cannot or will not do. One bad entry keeps only the
 * entries involved from being promoted.
 *
 * @param isMutable which names may change their content, from the inventory
 */
export function computePlan(promoted: Promoted, world: World, isMutable: IsMutable, scope: PlanScope = {}): Plan {
  const { promise = promiseOf(promoted), since, findings: earlier = [], removals = [], withoutCredentials } = scope;
  const findings = new Findings({ withoutCredentials });
  const { images, inPlace: imagesInPlace } = planImages(promoted, world, isMutable, findings, removals);
  const { files, inPlace: filesInPlace } = planFiles(promoted, world, isMutable, findings);
  for (const finding of earlier) findings.add(finding);
  return {
    format: 1,
    made: world.made,
    promise,
    ...(since !== undefined && { since }),
    inPlace: { images: imagesInPlace, files: filesInPlace },
    images,
    files,
    ...(removals.length > 0 && { removals }),
    findings: findings.list(),
  };
}
