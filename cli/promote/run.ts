import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { accessSync, appendFileSync, constants, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { formatCount } from "../../document/format-count";
import { printableJson } from "../../document/printable";
import { replaceFile } from "../../document/replace-file";
import type { DeployedFacts } from "../../facts/deployed-facts";
import { createMutableCheck } from "../../inventory/create-mutable-check";
import type { Inventory } from "../../inventory/inventory";
import type { Ledger } from "../../promotion/ledger/ledger";
import { findPlanDifferences, intersectPlans } from "../../promotion/plan/find-plan-differences";
import { findUnpromised } from "../../promotion/plan/find-unpromised";
import { findUnrepairable } from "../../promotion/plan/find-unrepairable";
import type { Observations } from "../../promotion/plan/observations";
import type { Plan } from "../../promotion/plan/plan";
import { readPlan } from "../../promotion/plan/read-plan";
import { selectPlanned } from "../../promotion/plan/select-promoted";
import type { PolicyJudge } from "../../promotion/policy/policy-judge";
import { formatAuditLines, type RunCause } from "../../promotion/run/format-audit-lines";
import { formatMetrics } from "../../promotion/run/format-metrics";
import { formatReportMarkdown } from "../../promotion/run/format-report-markdown";
import { MirrorSources } from "../../promotion/run/mirror-sources";
import type { RunContext } from "../../promotion/run/run-context";
import { RunCounters } from "../../promotion/run/run-counters";
import { RunLedger } from "../../promotion/run/run-ledger";
import { runMemory } from "../../promotion/run/run-memory";
import { runPromotion } from "../../promotion/run/run-promotion";
import type { RunReport } from "../../promotion/run/run-report";
import { TargetHealth } from "../../promotion/run/target-health";
import { MemoryBudget } from "../../promotion/transfer/memory-budget";
import { selectAllowed } from "../../promotion/withdrawal/judge-withdrawals";
import type { Bucket } from "../../stores/bucket";
import { waitByTimer } from "../../stores/http/retry";
import { StoreError } from "../../stores/store-error";
import { exitStatus, Failure, parseOptions, requireOption } from "../failure";
import { printMessage } from "../print-message";
import { type LoadedPromotion, loadPromotion, type PromotionOptions } from "./load-promotion";
import type { AskedHosts } from "./open-sources";
import { requireKpromo } from "./plan";
import { createJudge, type OpenedStores, planSelection, type Selection, selectEntries } from "./plan-selection";
import type { WithdrawalOptions } from "./plan-withdrawals";
import { readMerge } from "./read-merge";
import { RunProgress } from "./run-progress";

/** The options of `promote run`. */
export interface PromoteRunOptions extends PromotionOptions, WithdrawalOptions {
  /** A file that `promote plan --out` wrote: exactly this is done. */
  readonly plan?: string;
  /** A commit: only entries that have changed since are promoted. */
  readonly since?: string;
  readonly referrers?: boolean;
  readonly json?: boolean;
  /** A file for the report as Markdown. */
  readonly report?: string;
  /** A file for the metrics in Prometheus's text format. */
  readonly metrics?: string;
  /** A file that a line for each artifact is appended to. */
  readonly audit?: string;
  readonly commit?: string;
  readonly mergedBy?: string;
  /** The commit before the merge; may be empty. @default not known, so that the merge withdraws nothing where a policy limits who may */
  readonly mergedSince?: string;
  /** Minutes. @default 10 */
  readonly wait?: string;
}

/** The stores that a run works with. */
export interface OpenedRun extends OpenedStores, Pick<RunContext, "openSource" | "openTarget" | "openFile"> {
  /** The buckets of the routing table: the ledger is in the first, an overlay in each. None: no ledger is kept. */
  readonly tables: readonly Bucket[];
  /**
   * Makes sure that no other run writes at the same time, while the work runs.
   *
   * @param work gets a signal that ends it when that is no longer sure
   */
  alone<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Who causes a run, for other runs that wait. */
export interface RunCauseNames {
  readonly who: string;
  readonly commit: string;
}

/** Opens all stores of a project. */
export type OpenRun = (
  inventory: Inventory,
  facts: DeployedFacts,
  cause: RunCauseNames,
  hosts: AskedHosts,
) => OpenedRun;

/** Blobs and files that are copied at the same time. Small ones take little of the memory. */
const lanes = 32;
/** How long to wait for copies that clouds make, in minutes. */
const usualWait = "10";

/** What a run did. */
interface RunOutcome {
  readonly report: RunReport;
  /** Errors in manifests, which keep artifacts from being promoted. */
  readonly errors: number;
}

/**
 * `promote run`: brings what the manifests promise to every mirror, and prints a report.
 *
 * @throws Failure if something promised is not complete; "refused" if the world differs from the plan that was reviewed
 */
export async function promoteRunCommand(options: PromoteRunOptions, open: OpenRun): Promise<void> {
  const { report, errors } = await carryOutRun(options, open);
  print(report, options);
  requireComplete(report, errors);
}

/**
 * Does what `promote run` does, and prints only problems and progress.
 *
 * @throws Failure if the run could not be made
 */
export async function carryOutRun(options: PromoteRunOptions, open: OpenRun): Promise<RunOutcome> {
  const { patience } = parseOptions({ patience: () => parseWait(options.wait ?? usualWait) });
  if (options.plan !== undefined && options.since !== undefined) {
    throw new Failure(exitStatus.wrongUsage, "choose --plan or --since: a plan already names its artifacts");
  }
  requireKpromo(options);
  const reviewed = options.plan === undefined ? undefined : readReviewedPlan(options.plan);
  const promotion = loadPromotion(options);
  const { GITHUB_SHA, GITHUB_ACTOR, GITHUB_EVENT_NAME } = process.env;
  const cause = { commit: options.commit ?? GITHUB_SHA, mergedBy: options.mergedBy ?? GITHUB_ACTOR };
  const names = { commit: cause.commit ?? "an unknown commit", who: cause.mergedBy ?? "someone" };
  const opened = open(promotion.inventory, promotion.facts, names, options);
  requireWritable(options);
  const selection = reviewed ? selectReviewed(reviewed, promotion) : selectEntries(options.since, promotion);
  const onStop = (report: RunReport) => appendAudit(report, options, cause);
  const judge = createJudge(promotion);
  // The actor of a scheduled run, or of one that was started by hand, merged nothing.
  const merger = options.mergedBy ?? (GITHUB_EVENT_NAME === "push" ? GITHUB_ACTOR : undefined);
  const merged = { ...options, merge: readMerge({ by: merger, since: options.mergedSince }, promotion) };
  const work = (signal: AbortSignal) =>
    run({ promotion, selection, opened, options: merged, reviewed, judge, patience, signal, onStop });
  const errors = selection.errors ?? 0;
  const done = await opened.alone(work).catch((error) => {
    // For example: the lease was lost.
    throw error instanceof StoreError ? new Failure(exitStatus.wrongInput, error.message) : error;
  });
  appendAudit(done, options, cause);
  return { report: errors === 0 ? done : { ...done, isComplete: false, manifestErrors: errors }, errors };
}

interface Scene {
  readonly promotion: LoadedPromotion;
  readonly selection: Selection;
  readonly opened: OpenedRun;
  readonly options: PromoteRunOptions;
  readonly reviewed: Plan | undefined;
  readonly judge: PolicyJudge | undefined;
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly onStop: (report: RunReport) => void;
}

async function run(scene: Scene): Promise<RunReport> {
  const { promotion, selection, opened, judge, patience, signal, onStop } = scene;
  // Every request listens to it, and Node.js warns of more than ten listeners.
  setMaxListeners(0, signal);
  // A ledger that cannot be used stops the run before it writes anything.
  const ledger = await openLedger(scene);
  const { plan, observations, mirrors } = await findWork(scene, ledger);
  const counters = new RunCounters();
  const bytes = [...plan.images, ...plan.files].reduce((sum, each) => sum + (each.bytes ?? 0), 0);
  const progress = new RunProgress(counters, bytes);
  const { require, readBack, deleteAfter } = promotion.inventory.promotion;
  const { promoted, mentions } = promotion.reading;
  const { merge = { by: undefined } } = scene.options;
  const allowed = selectAllowed(promoted.withdrawn, promotion.policy, merge, ledger?.current);
  const manifests = { withdrawn: allowed, mentions };
  try {
    return await runPromotion(plan, {
      ...opened,
      ...(ledger && { ledger }),
      ...(observations && { observations }),
      onCatchUp: reportCatchUp,
      ...(mirrors && { mirrors }),
      promised: { selected: selection.promoted, ...(promotion.reading.ok && { all: promotion.reading.promoted }) },
      ...(!mirrors && { withdrawal: { manifests, all: promoted.withdrawn, deleteAfter, more: scene.options.more } }),
      require,
      readBack,
      seed: randomUUID(),
      isMutable: createMutableCheck(promotion.inventory.promotion),
      // What is repaired was promoted before, by the policy of its time.
      ...(judge && !mirrors && { judge }),
      health: new TargetHealth(),
      memory: new MemoryBudget(runMemory),
      counters,
      clock: {
        now: () => performance.now(),
        wait: waitByTimer,
      },
      signal,
      onStop,
      patience,
      lanes,
    });
  } finally {
    progress.end();
  }
}

/** Images that are read at the origin without a message. */
const quietReading = 100;

/** The first run with a ledger may read thousands of images at the origin. */
function reportCatchUp(done: number, of: number): void {
  if (of > quietReading) printMessage(`the ledger: read ${done} of ${formatCount(of, "image")} at the origin`);
}

/** @returns undefined if there is no bucket for it @throws StoreError if the ledger cannot be read or used */
async function openLedger({ promotion, opened, signal }: Scene): Promise<RunLedger | undefined> {
  const [first, ...others] = opened.tables;
  if (!first) return undefined;
  const { projects } = promotion.inventory.promotion;
  return RunLedger.open({ tables: [first, ...others], projects, signal });
}

/** What there is to do, and what was seen meanwhile. */
interface CurrentPlan {
  readonly plan: Plan;
  readonly observations: Observations | undefined;
  /** Only for repairs. */
  readonly mirrors?: MirrorSources;
}

/** Checks or makes the plan. @throws Failure "refused" if a reviewed plan cannot be carried out */
async function findWork(scene: Scene, ledger: RunLedger | undefined): Promise<CurrentPlan> {
  const { reviewed, promotion, opened } = scene;
  if (!reviewed?.repairs) return makeCurrentPlan(scene, ledger?.current);
  // It need not be compared with the world: each step looks at what is there, and what is damaged looks fine to a plan.
  const refused = findUnrepairable(reviewed, promotion.reading.promoted, ledger?.current);
  if (refused.length > 0) {
    const lines = refused.map((line) => `  ${line}`).join("\n");
    throw new Failure(
      exitStatus.refused,
      `the plan does not only repair:\n${lines}\nmake it again with \`mirrorform audit --repair\``,
    );
  }
  const { targets, openTarget } = opened;
  return { plan: reviewed, observations: undefined, mirrors: new MirrorSources(targets, openTarget) };
}

/** Selects what a reviewed plan is about. Problems of manifests outside a plan of changes existed before, or were reviewed. */
function selectReviewed(reviewed: Plan, promotion: LoadedPromotion): Selection {
  const promoted = selectPlanned(promotion.reading.promoted, reviewed);
  const { since } = reviewed;
  return since === undefined ? { ...selectEntries(undefined, promotion), promoted } : { promoted, since, unmapped: [] };
}

/** @returns of a plan that was reviewed, what is still to be done @throws Failure "refused" if the world differs from it */
async function makeCurrentPlan(scene: Scene, ledger: Ledger | undefined): Promise<CurrentPlan> {
  const { promotion, selection, opened, options, reviewed, judge, signal } = scene;
  let observations: Observations | undefined;
  const onObserved = (seen: Observations) => {
    observations = seen;
  };
  const current = await planSelection(selection, promotion, opened, { ...options, signal, judge, ledger, onObserved });
  if (!reviewed) return { plan: current, observations };
  const { promoted } = promotion.reading;
  const differences = [...findUnpromised(reviewed, promoted), ...findPlanDifferences(reviewed, current)];
  if (differences.length === 0) return { plan: intersectPlans(reviewed, current), observations };
  const lines = differences.map((difference) => `  ${difference}`).join("\n");
  throw new Failure(exitStatus.refused, `the world has changed since the plan was made:\n${lines}\nmake a new plan`);
}

function readReviewedPlan(file: string): Plan {
  requireFile(file);
  const reading = readPlan(readFileSync(file, "utf8"));
  if ("plan" in reading) return reading.plan;
  throw new Failure(
    exitStatus.wrongInput,
    `${file}: ${reading.problem}: write it with \`mirrorform promote plan --out\``,
  );
}

function parseWait(text: string): number {
  const minutes = /^[0-9]{1,4}$/.test(text) ? Number(text) * 60_000 : undefined;
  return requireOption("--wait", text, "a number of minutes from 0 to 9999", minutes);
}

/** The file system's own error does not name the directory. */
function requireFile(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new Failure(exitStatus.wrongInput, `${file} is a directory: choose a file`);
}

/** A file that cannot be written is found before anything is promoted. @throws the file system's error */
function requireWritable({ report, metrics, audit }: PromoteRunOptions): void {
  if (audit !== undefined) appendFileSync(audit, "");
  for (const file of [report, metrics]) {
    if (file === undefined) continue;
    accessSync(dirname(file), constants.W_OK);
    requireFile(file);
  }
}

/** An artifact that is in place is not audited again by the next run, so this comes before everything else that may fail. */
function appendAudit(report: RunReport, { audit }: PromoteRunOptions, cause: RunCause): void {
  if (audit !== undefined) appendFileSync(audit, formatAuditLines(report, cause));
}

function print(report: RunReport, { json, report: file, metrics }: PromoteRunOptions): void {
  if (file !== undefined) replaceFile(file, formatReportMarkdown(report));
  if (metrics !== undefined) replaceFile(metrics, formatMetrics(report));
  process.stdout.write(json ? `${printableJson(report, 2)}\n` : formatReportMarkdown(report));
}

function requireComplete({ artifacts, findings, removals = [], isComplete }: RunReport, problems: number): void {
  const excess = findings.find(({ kind }) => kind === "too-many");
  if (excess) throw new Failure(exitStatus.refused, `${excess.message}: ${excess.fix}`);
  const waiting = artifacts.filter(({ targets }) => targets.some(({ state }) => state === "waiting"));
  if (isComplete && problems === 0) {
    const isIdle = artifacts.length === 0;
    if (removals.length > 0) printMessage(`${formatCount(removals.length, "withdrawn artifact")}: see the report`);
    printMessage(isIdle ? "everything is in place" : `${formatCount(artifacts.length, "artifact")} promoted`);
    return;
  }
  const broken = artifacts.filter(
    ({ origin, targets }) => origin !== "shown" || targets.some(({ state }) => state === "failed"),
  );
  const errors = findings.filter(({ severity }) => severity === "error").length + problems;
  const unread = findings.filter(({ kind, severity }) => kind === "unreachable" && severity !== "error").length;
  const undeleted = removals.filter(({ targets }) => targets.some(({ state }) => state === "failed"));
  if (broken.length + errors + unread + undeleted.length === 0) {
    printMessage(
      `${formatCount(waiting.length, "artifact")} not copied by all clouds and donors yet; the next run checks again`,
    );
    return;
  }
  const parts = [
    ...(undeleted.length > 0 ? [`${formatCount(undeleted.length, "withdrawn artifact")} not deleted`] : []),
    ...(broken.length > 0 ? [`${formatCount(broken.length, "artifact")} not complete`] : []),
    ...(errors > 0 ? [`${formatCount(errors, "error")} in manifests and plan`] : []),
    ...(unread > 0 ? [`${formatCount(unread, "store")} not reached`] : []),
  ];
  const next = errors + unread > 0 ? "each is above, with a fix" : "the next run tries again";
  throw new Failure(exitStatus.wrongInput, `${parts.join(", ")}: ${next}`);
}
