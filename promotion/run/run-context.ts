import type { Requirement } from "../../inventory/inventory";
import type { Bucket } from "../../stores/bucket";
import type { Observations } from "../plan/observations";
import type { PolicyJudge } from "../policy/policy-judge";
import type { Promoted, Withdrawn } from "../promoted";
import type { UnplacedStore } from "../targets/store-place";
import type { RegistryTarget, Target } from "../targets/target";
import type { Clock } from "../transfer/copy-to-many";
import type { MemoryBudget } from "../transfer/memory-budget";
import type { Withdrawing } from "../withdrawal/hide-withdrawn";
import type { MirrorSources } from "./mirror-sources";
import type { RunCounters } from "./run-counters";
import type { RunLedger } from "./run-ledger";
import type { RunReport } from "./run-report";
import type { SourceRepository, TargetRepository } from "./run-repositories";
import type { TargetHealth } from "./target-health";
import type { Sampling } from "./verification";

/** What a run works with. */
export interface RunContext extends Sampling {
  readonly targets: readonly Target[];
  /** Stores that could not be opened. The run does not write to them, but a release waits for them if they are required. */
  readonly unplaced: readonly UnplacedStore[];
  /** Opens a staging repository: `gcr.io/k8s-staging-kubernetes/pause`. */
  openSource(source: string): SourceRepository;
  /** Opens a repository of a mirror; that of the origin may be a source, too. @param repository below the registry's root */
  openTarget(target: RegistryTarget, repository: string): SourceRepository & TargetRepository;
  /** Opens the staging bucket of a file: `gs://k8s-staging-kops/kops/releases/1.30.0/linux/amd64/kops`. */
  openFile(source: string): { readonly bucket: Bucket; readonly key: string };
  /** What repairs and restores mirrors: all are copied from, whatever source the plan names. @default that source */
  readonly mirrors?: MirrorSources;
  readonly require: Requirement;
  /** What the manifests promise, for the ledger and the indexes of donors. @default they get what is planned */
  readonly promised?: {
    /** The entries that the run is about. */
    readonly selected: Promoted;
    /** All: what is no longer among them leaves the indexes. @default manifests have errors, so that entries may be absent */
    readonly all?: Promoted;
  };
  /** What was promoted; it outlives the run. @default nothing is kept, and redirectors are not informed */
  readonly ledger?: RunLedger;
  /** Projects of which the ledger does not become complete in this run, because something could not be read. @default none */
  readonly uncovered?: ReadonlySet<string>;
  /** What the manifests withdraw; it needs a ledger. @default nothing is hidden or deleted */
  readonly withdrawal?: {
    readonly manifests: Withdrawing;
    /** All entries, also those that the policy refuses: the ledger must know what they name. @default those of `manifests` */
    readonly all?: readonly Withdrawn[];
    /** Days. */
    readonly deleteAfter: number;
    readonly more?: string | undefined;
  };
  /** What the plan saw at the targets. @default nothing */
  readonly observations?: Observations;
  /** Is called while artifacts that are not in the ledger are read at the origin. @default nothing */
  readonly onCatchUp?: (done: number, of: number) => void;
  /** Whether a name (a file's path, or `REPOSITORY:TAG`) may change its content. */
  isMutable(name: string): boolean;
  /** Judges the bytes that are about to be written. @default there is no policy */
  readonly judge?: PolicyJudge;
  readonly health: TargetHealth;
  readonly memory: MemoryBudget;
  readonly counters: RunCounters;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with what was done until the signal stopped the run. @default nothing */
  readonly onStop?: (report: RunReport) => void;
  /** How long to wait for copies that clouds make, in milliseconds. */
  readonly patience: number;
  /** Blobs and files that are copied at the same time. */
  readonly lanes: number;
}

/** Requests of a few bytes that run at the same time. */
export const requestLanes = 64;
