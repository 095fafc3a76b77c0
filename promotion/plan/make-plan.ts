import type { Promoted } from "../promoted";
import { findOrigin } from "../targets/find-origin";
import { computePlan, type PlanScope } from "./compute-plan";
import { examineImages } from "./examine-images";
import type { Plan } from "./plan";
import { readWorld, type WorldOptions } from "./read-world";
import type { IsMutable } from "./wanted-image";

/** What a plan is made from. */
export interface PlanOptions extends Omit<WorldOptions, "promoted"> {
  /** The entries that are planned: see `selectChanged` and `selectPlanned`. */
  readonly promoted: Promoted;
  readonly scope: PlanScope;
  readonly isMutable: IsMutable;
}

/** Reads the world, and plans what to do about it. @throws the reason of the signal */
export async function makePlan({ scope, isMutable, ...options }: PlanOptions): Promise<Plan> {
  const world = await readWorld(options);
  const { stores, targets, promoted } = options;
  return examineImages(computePlan(promoted, world, isMutable, scope), ({ repository, source }) => {
    const origin = findOrigin(targets, "registry", repository, source);
    return origin ? stores.openRepository(origin, repository) : stores.openSource(source);
  });
}
