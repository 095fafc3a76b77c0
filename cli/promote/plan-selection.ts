import { isError, type Problem } from "../../document/problem";
import { createMutableCheck } from "../../inventory/create-mutable-check";
import type { Ledger } from "../../promotion/ledger/ledger";
import type { UnmappedDestination } from "../../promotion/manifests/place-project";
import { type ManifestsReading, readManifests } from "../../promotion/manifests/read-manifests";
import { GitError, resolveCommit, withCommittedManifests } from "../../promotion/manifests/restore-manifests";
import { findUnmapped } from "../../promotion/plan/find-unmapped";
import { findUnplaced } from "../../promotion/plan/find-unplaced";
import { makePlan } from "../../promotion/plan/make-plan";
import type { Observations } from "../../promotion/plan/observations";
import type { Plan } from "../../promotion/plan/plan";
import { promiseOf } from "../../promotion/plan/promise-of";
import type { PlanStores } from "../../promotion/plan/read-world";
import { selectChanged } from "../../promotion/plan/select-promoted";
import { PolicyJudge } from "../../promotion/policy/policy-judge";
import type { Promoted } from "../../promotion/promoted";
import type { UnplacedStore } from "../../promotion/targets/store-place";
import type { Target } from "../../promotion/targets/target";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import type { LoadedPromotion } from "./load-promotion";
import { planWithdrawals, type WithdrawalOptions } from "./plan-withdrawals";
import { ReadingProgress } from "./reading-progress";

/** The stores that a plan reads. */
export interface OpenedStores {
  readonly targets: readonly Target[];
  readonly stores: PlanStores;
  /** Stores that cannot be opened. */
  readonly unplaced: readonly UnplacedStore[];
  /** Reads what runs have promoted. @default that is not known */
  readonly readLedger?: () => Promise<Ledger | undefined>;
  /** Whether they are read without credentials, on purpose. @default what refuses to be read is an error */
  readonly withoutCredentials?: boolean;
}

/** What is planned of all that manifests promise. */
export interface Selection {
  readonly promoted: Promoted;
  /** The commit since which it has changed. */
  readonly since?: string;
  /** What the commit promised. @default the plan is of all entries */
  readonly former?: Promoted;
  /** Destinations that are not mirrors, without those that the commit has too. @default all of the manifests */
  readonly unmapped?: readonly UnmappedDestination[];
  /** How many errors the manifests have, without those that the commit has too. @default not counted */
  readonly errors?: number;
  /** What is wrong with the manifests, without what is wrong at the commit too. @default not collected */
  readonly problems?: readonly Problem[];
}

/** How the world is read. */
export interface PlanSelectionOptions extends WithdrawalOptions {
  /** Whether to ask for the referrers of every image. @default only of what has changed since a commit */
  readonly referrers?: boolean;
  readonly signal?: AbortSignal;
  /** What runs have promoted. @default not known */
  readonly ledger?: Ledger | undefined;
  /** @default there is no policy */
  readonly judge?: PolicyJudge | undefined;
  /** Is called with what the plan saw at the targets. @default nothing */
  readonly onObserved?: (observations: Observations) => void;
}

/** What applies the policy, if there is one. */
export function createJudge({ policy, reading }: LoadedPromotion): PolicyJudge | undefined {
  return policy && new PolicyJudge(policy, reading.promoted.files);
}

/**
 * Selects all entries, or those that have changed since a commit.
 *
 * @throws Failure if there is no such commit
 */
export function selectEntries(
  since: string | undefined,
  { manifests, placement, reading, memory }: LoadedPromotion,
): Selection {
  const { promoted, problems } = reading;
  if (since === undefined) return { promoted, errors: problems.filter(isError).length, problems };
  try {
    const commit = resolveCommit(manifests[0] ?? ".", since);
    const former = withCommittedManifests(manifests, commit, (restored) =>
      readManifests(restored, placement, { known: memory }),
    );
    memory?.clear();
    const changed = selectChanged(promoted, former.promoted);
    if (changed.images.length + changed.files.length + changed.withdrawn.length === 0)
      printMessage(`nothing has changed since ${since}`);
    return { promoted: changed, since: commit, former: former.promoted, ...findNew(reading, former) };
  } catch (error) {
    if (error instanceof GitError) throw new Failure(exitStatus.wrongInput, `--since ${since}: ${error.message}`);
    throw error;
  }
}

/** A problem with the text of its line, but not its place: other lines may come and go. */
function keyOf({ rule, message, line, excerpt }: Problem): string {
  const own = excerpt.split("\n").find((row) => row.trimStart().startsWith(`${line} |`)) ?? "";
  return `${rule} ${message} ${own.slice(own.indexOf("|"))}`;
}

/** What is wrong with manifests, and was not before: old errors of other projects do not fail a change. */
function findNew(
  reading: ManifestsReading,
  former: ManifestsReading,
): Pick<Selection, "unmapped" | "errors" | "problems"> {
  const known = new Set(former.problems.map(keyOf));
  const problems = reading.problems.filter((problem) => !known.has(keyOf(problem)));
  const destinations = new Set(former.unmapped.map(({ project, name }) => `${project} ${name}`));
  return {
    unmapped: reading.unmapped.filter(({ project, name }) => !destinations.has(`${project} ${name}`)),
    errors: problems.filter(isError).length,
    problems,
  };
}

/** Reads the world, and plans. Shows progress on a terminal. */
export async function planSelection(
  selection: Selection,
  promotion: LoadedPromotion,
  opened: OpenedStores,
  { referrers, signal, ledger, judge, onObserved, ...withdrawal }: PlanSelectionOptions,
): Promise<Plan> {
  const { promoted, since, unmapped } = selection;
  const { inventory, reading } = promotion;
  const { targets, stores, unplaced, withoutCredentials = false } = opened;
  const { removals, findings } = planWithdrawals(selection.former, promotion, opened, ledger, withdrawal);
  const progress = new ReadingProgress();
  try {
    return await makePlan({
      promoted,
      scope: {
        promise: promiseOf(reading.promoted),
        findings: [...findUnplaced(unplaced), ...findUnmapped(unmapped ?? reading.unmapped), ...findings],
        removals,
        ...(since !== undefined && { since }),
        withoutCredentials,
      },
      // A clean stop: with nothing to plan, no store is asked.
      targets: promoted.images.length + promoted.files.length === 0 ? [] : targets,
      stores,
      isMutable: createMutableCheck(inventory.promotion),
      withReferrers: referrers ?? since !== undefined,
      withChecksums: since !== undefined,
      ...(signal && { signal }),
      ...(judge && { judge }),
      ...(onObserved && { onObserved }),
      onRead: (done, of) => progress.show(done, of),
    });
  } finally {
    progress.end();
  }
}
