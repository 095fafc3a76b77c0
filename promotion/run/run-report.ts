import type { PlanFinding } from "../plan/plan";
import type { RemovalReport } from "../withdrawal/removal-report";
import type { ArtifactReport } from "./artifact-record";
import type { TargetCounts } from "./run-counters";

/** The ledger in figures. */
export interface LedgerSummary {
  /** The number of this run's promotion. @default it has brought nothing new */
  readonly promotion?: number;
  /** The number of the newest promotion; 0 if there was none. */
  readonly newest: number;
  /** Manifests, blobs and files in the index for redirectors. */
  readonly objects: number;
  /** By target, sorted: the promotion up to which it is verified to be complete; 0 if it is not. */
  readonly complete: Readonly<Record<string, number>>;
}

/** What a run did, as a value: printed, written as JSON and Markdown, and counted as metrics. */
export interface RunReport {
  /** The version of this format. */
  readonly format: 1;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly seconds: number;
  /** Whether it copied what was promoted before, from mirrors. @default it copied from staging, or from the origin */
  readonly isRepair?: true;
  /** Whether everything of the plan is complete at all targets, each of which was read, and shown at the origin, and no manifest has an error. */
  readonly isComplete: boolean;
  readonly artifacts: readonly ArtifactReport[];
  /** What became of withdrawn artifacts. @default nothing is withdrawn */
  readonly removals?: readonly RemovalReport[];
  /** How many errors the manifests have, which keep what they concern from being promoted. @default none */
  readonly manifestErrors?: number;
  /** What the plan could not do. */
  readonly findings: readonly PlanFinding[];
  /** What the ledger says after the run. @default no ledger is kept, because there is no table bucket */
  readonly ledger?: LedgerSummary;
  readonly source: {
    /** Bytes that arrived from sources. */
    readonly read: number;
    /** Bytes of the distinct blobs and files that some target lacked. */
    readonly distinct: number;
  };
  /** By target, sorted. */
  readonly targets: readonly ({ readonly target: string; readonly givenUp?: string } & Readonly<TargetCounts>)[];
}
