import { formatCount } from "../../document/format-count";
import { isError } from "../../document/problem";
import { replaceFile } from "../../document/replace-file";
import type { DeployedFacts } from "../../facts/deployed-facts";
import { createMutableCheck } from "../../inventory/create-mutable-check";
import type { Inventory } from "../../inventory/inventory";
import { readManifests } from "../../promotion/manifests/read-manifests";
import { GitError, resolveCommit, withCommittedManifests } from "../../promotion/manifests/restore-manifests";
import { findUnmapped } from "../../promotion/plan/find-unmapped";
import { formatPlan } from "../../promotion/plan/format-plan";
import { formatPlanMarkdown } from "../../promotion/plan/format-plan-markdown";
import { makePlan } from "../../promotion/plan/make-plan";
import type { Plan, PlanFinding } from "../../promotion/plan/plan";
import { promiseOf } from "../../promotion/plan/promise-of";
import type { PlanStores } from "../../promotion/plan/read-world";
import { selectChanged } from "../../promotion/plan/select-promoted";
import type { Promoted } from "../../promotion/promoted";
import type { Target } from "../../promotion/targets/target";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import { formatPlanText } from "./format-plan-text";
import { type LoadedPromotion, loadPromotion, type PromotionOptions } from "./load-promotion";
import { ReadingProgress } from "./reading-progress";

/** The options of `promote plan`. */
export interface PromotePlanOptions extends PromotionOptions {
  /** A commit: only entries that have changed since are planned. */
  readonly since?: string;
  /** Whether to ask for the referrers of every image. @default only with `since` */
  readonly referrers?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** A file for the plan, as JSON. */
  readonly out?: string;
}

/** The stores that a plan reads. */
export interface OpenedStores {
  readonly targets: readonly Target[];
  readonly stores: PlanStores;
  /** Stores that cannot be opened. */
  readonly findings: readonly PlanFinding[];
}

/** Opens all stores of a project. */
export type OpenStores = (inventory: Inventory, facts: DeployedFacts) => OpenedStores;

/** What is planned of all that manifests promise. */
interface Selection {
  readonly promoted: Promoted;
  /** The commit since which it has changed. */
  readonly since?: string;
}

/**
 * `promote plan`: prints what a run would do. Nothing is written to any store.
 *
 * @throws Failure if something promised would not be promoted
 */
export async function promotePlanCommand(options: PromotePlanOptions, open: OpenStores): Promise<void> {
  if (options.json && options.markdown) throw new Failure(exitStatus.wrongUsage, "choose --json or --markdown");
  const promotion = loadPromotion(options);
  const plan = await planSelection(selectEntries(options.since, promotion), promotion, open, options);
  print(plan, options);
  requirePromotable(plan, promotion.reading.problems.filter(isError).length);
}

function selectEntries(since: string | undefined, { manifests, placement, reading }: LoadedPromotion): Selection {
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

async function planSelection(
  { promoted, since }: Selection,
  { inventory, facts, reading }: LoadedPromotion,
  open: OpenStores,
  { referrers }: PromotePlanOptions,
): Promise<Plan> {
  const { targets, stores, findings } = open(inventory, facts);
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
      onRead: (done, of) => progress.show(done, of),
    });
  } finally {
    progress.end();
  }
}

function print(plan: Plan, { json, markdown, out }: PromotePlanOptions): void {
  if (out !== undefined) replaceFile(out, formatPlan(plan));
  if (json) process.stdout.write(formatPlan(plan));
  else process.stdout.write(markdown ? formatPlanMarkdown(plan) : formatPlanText(plan));
}

function requirePromotable({ findings }: Plan, problems: number): void {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (errors + problems === 0) return;
  const counts = [
    problems > 0 && `${formatCount(problems, "error")} in manifests`,
    errors > 0 && `${formatCount(errors, "error")} in the plan`,
  ];
  const what = counts.filter((count) => count !== false).join(", ");
  throw new Failure(exitStatus.wrongInput, `${what}: the artifacts concerned would not be promoted`);
}
