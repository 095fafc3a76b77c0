import { createMutableCheck } from "../../inventory/create-mutable-check";
import { readManifests } from "../../promotion/manifests/read-manifests";
import { GitError, resolveCommit, withCommittedManifests } from "../../promotion/manifests/restore-manifests";
import { findUnmapped } from "../../promotion/plan/find-unmapped";
import { makePlan } from "../../promotion/plan/make-plan";
import type { Plan, PlanFinding } from "../../promotion/plan/plan";
import { promiseOf } from "../../promotion/plan/promise-of";
import type { PlanStores } from "../../promotion/plan/read-world";
import { selectChanged } from "../../promotion/plan/select-promoted";
import type { Promoted } from "../../promotion/promoted";
import type { Target } from "../../promotion/targets/target";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import type { LoadedPromotion } from "./load-promotion";
import { ReadingProgress } from "./reading-progress";

/** The stores that a plan reads. */
export interface OpenedStores {
  readonly targets: readonly Target[];
  readonly stores: PlanStores;
  /** Stores that cannot be opened. */
  readonly findings: readonly PlanFinding[];
}

/** What is planned of all that manifests promise. */
export interface Selection {
  readonly promoted: Promoted;
  /** The commit since which it has changed. */
  readonly since?: string;
}

/** How the world is read. */
export interface PlanSelectionOptions {
  /** Whether to ask for the referrers of every image. @default only of what has changed since a commit */
  readonly referrers?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Selects all entries, or those that have changed since a commit.
 *
 * @throws Failure if there is no such commit
 */
export function selectEntries(
  since: string | undefined,
  { manifests, placement, reading }: LoadedPromotion,
): Selection {
  const { promoted } = reading;
  if (since === undefined) return { promoted };
  try {
    const commit = resolveCommit(manifests[0] ?? ".", since);
    const former = withCommittedManifests(manifests, commit, (restored) => readManifests(restored, placement).promoted);
    const changed = selectChanged(promoted, former);
    if (changed.images.length + changed.files.length === 0) printMessage(`nothing has changed since ${since}`);
    return { promoted: changed, since: commit };
  } catch (error) {
    if (error instanceof GitError) throw new Failure(exitStatus.wrongInput, `--since ${since}: ${error.message}`);
    throw error;
  }
}

/** Reads the world, and plans. Shows progress on a terminal. */
export async function planSelection(
  { promoted, since }: Selection,
  { inventory, reading }: LoadedPromotion,
  { targets, stores, findings }: OpenedStores,
  { referrers, signal }: PlanSelectionOptions,
): Promise<Plan> {
  const progress = new ReadingProgress();
  try {
    return await makePlan({
      promoted,
      scope: {
        promise: promiseOf(reading.promoted),
        findings: [...findings, ...findUnmapped(reading.unmapped)],
        ...(since !== undefined && { since }),
      },
      // A clean stop: with nothing to plan, no store is asked.
      targets: promoted.images.length + promoted.files.length === 0 ? [] : targets,
      stores,
      isMutable: createMutableCheck(inventory.promotion),
      withReferrers: referrers ?? since !== undefined,
      ...(signal && { signal }),
      onRead: (done, of) => progress.show(done, of),
    });
  } finally {
    progress.end();
  }
}
