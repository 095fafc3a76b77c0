import type { Removal } from "./removal";

/** What became of a withdrawn artifact at one target. */
export interface RemovalOutcome {
  readonly target: string;
  /** `deleted`: by this run. `gone`: it was not there any more. `left`: it is still there, and stays. `failed`: the next run tries again. */
  readonly state: "deleted" | "gone" | "left" | "failed";
  /** Until when it could be downloaded from there (ISO 8601, UTC). @default it was gone before, or still can be */
  readonly until?: string;
  /** Until when the store keeps it as an old version, which clients cannot get. @default it keeps none, or that is not known */
  readonly versionsUntil?: string;
  /** Only if it is left, or failed. */
  readonly reason?: string;
}

/** What became of one withdrawn artifact in a run. */
export interface RemovalReport
  extends Pick<
    Removal,
    "state" | "kind" | "project" | "name" | "digest" | "tags" | "reason" | "hidden" | "after" | "needed"
  > {
  /** Where it may still be downloaded, by anybody who knows the mirror's own address. */
  readonly reachable: readonly string[];
  /** Only if its waiting time is over. Sorted by target, the origin's first. */
  readonly targets: readonly RemovalOutcome[];
}
