import type { PolicyJudge } from "../policy/policy-judge";
import type { Promoted } from "../promoted";
import { findOrigin } from "../targets/find-origin";
import { applyPolicy } from "./apply-policy";
import { computePlan, type PlanScope } from "./compute-plan";
import { examineImages } from "./examine-images";
import { Observations } from "./observations";
import type { ImagePlan, Plan } from "./plan";
import { readWorld, type WorldOptions } from "./read-world";
import { targetName } from "./target-name";
import type { IsMutable } from "./wanted-image";

/** What a plan is made from. */
export interface PlanOptions extends Omit<WorldOptions, "promoted"> {
  /** The entries that are planned: see `selectChanged` and `selectPlanned`. */
  readonly promoted: Promoted;
  readonly scope: PlanScope;
  readonly isMutable: IsMutable;
  /** Judges what would be written. @default there is no policy */
  readonly judge?: PolicyJudge;
  /** Is called with what the plan saw at the targets. @default nothing */
  readonly onObserved?: (observations: Observations) => void;
}

/** Reads the world, and plans what to do about it. @throws the reason of the signal */
export async function makePlan({ scope, isMutable, judge, onObserved, ...options }: PlanOptions): Promise<Plan> {
  const world = await readWorld(options);
  const { stores, targets, promoted } = options;
  onObserved?.(new Observations(promoted, world));
  const open = ({ repository, source }: ImagePlan) => {
    const origin = findOrigin(targets, "registry", repository, source);
    return origin ? stores.openRepository(origin, repository) : stores.openSource(source);
  };
  const donated = new Set(targets.filter(({ filling }) => filling === "donor").map(targetName));
  const plan = await examineImages(computePlan(promoted, world, isMutable, scope), open, donated);
  return judge ? applyPolicy(plan, judge, targets, open) : plan;
}
