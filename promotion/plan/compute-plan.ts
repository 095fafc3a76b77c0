import type { Promoted } from "../promoted";
import { Findings } from "./findings";
import type { Plan } from "./plan";
import { planFiles } from "./plan-files";
import { planImages } from "./plan-images";
import { promiseOf } from "./promise-of";
import type { IsMutable } from "./wanted-image";
import type { World } from "./world";

/**
 * What a run has to do so that all targets hold what is promised, and what it cannot or will not do. One bad entry keeps only the
 * entries involved from being promoted.
 *
 * @param isMutable which names may change their content, from the inventory
 */
export function computePlan(promoted: Promoted, world: World, isMutable: IsMutable): Plan {
  const findings = new Findings();
  const images = planImages(promoted, world, isMutable, findings);
  const files = planFiles(promoted, world, isMutable, findings);
  return { format: 1, made: world.made, promise: promiseOf(promoted), images, files, findings: findings.list() };
}
