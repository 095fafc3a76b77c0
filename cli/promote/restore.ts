import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { formatCount } from "../../document/format-count";
import { printableJson } from "../../document/printable";
import { replaceFile } from "../../document/replace-file";
import { createMutableCheck } from "../../inventory/create-mutable-check";
import { makeRepairPlan } from "../../promotion/audit/make-repair-plan";
import { promiseOf } from "../../promotion/plan/promise-of";
import { formatReportMarkdown } from "../../promotion/run/format-report-markdown";
import { MirrorSources } from "../../promotion/run/mirror-sources";
import { RunCounters } from "../../promotion/run/run-counters";
import { runMemory } from "../../promotion/run/run-memory";
import { runPromotion } from "../../promotion/run/run-promotion";
import type { RunReport } from "../../promotion/run/run-report";
import { TargetHealth } from "../../promotion/run/target-health";
import { MemoryBudget } from "../../promotion/transfer/memory-budget";
import { waitByTimer } from "../../stores/http/retry";
import { StoreError } from "../../stores/store-error";
import { loadLedger } from "../audit/load-ledger";
import type { OpenAudit, OpenedAudit } from "../audit/opened-audit";
import { readMirrors } from "../audit/read-mirrors";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import { type LoadedPromotion, loadPromotion, type PromotionOptions } from "./load-promotion";
import type { OpenedRun, OpenRun } from "./run";
import { RunProgress } from "./run-progress";

/** The options of `promote restore`. */
export interface PromoteRestoreOptions extends Omit<PromotionOptions, "since"> {
  readonly json?: boolean;
  /** A file for the report as Markdown. */
  readonly report?: string;
}

/** Blobs and files that are copied at the same time. */
const lanes = 32;

/**
 * `promote restore`: copies to the origin what it lacks of all that was promoted, from whichever mirrors have it. What is at the origin is left
 * as it is.
 *
 * @throws Failure if something is not restored
 */
export async function promoteRestoreCommand(
  options: PromoteRestoreOptions,
  openRun: OpenRun,
  openAudit: OpenAudit,
): Promise<void> {
  const promotion = loadPromotion(options);
  const { inventory, facts } = promotion;
  const { GITHUB_SHA, GITHUB_ACTOR } = process.env;
  const cause = { commit: GITHUB_SHA ?? "an unknown commit", who: `${GITHUB_ACTOR ?? "someone"} (restore)` };
  const opened = openRun(inventory, facts, cause, options);
  const reader = openAudit(inventory, facts, options);
  const report = await opened
    .alone((signal) => restore(promotion, opened, reader, signal))
    .catch((error) => {
      throw error instanceof StoreError ? new Failure(exitStatus.wrongInput, error.message) : error;
    });
  if (options.report !== undefined) replaceFile(options.report, formatReportMarkdown(report));
  process.stdout.write(options.json ? `${printableJson(report, 2)}\n` : formatReportMarkdown(report));
  requireRestored(report);
}

async function restore(
  promotion: LoadedPromotion,
  opened: OpenedRun,
  reader: OpenedAudit,
  signal: AbortSignal,
): Promise<RunReport> {
  // Every request listens to it, and Node.js warns of more than ten listeners.
  setMaxListeners(0, signal);
  const { promoted } = promotion.reading;
  const ledger = await loadLedger(promotion, reader);
  const found = await readMirrors(promotion, reader, { ledger, sample: 0, seed: "", signal });
  const plan = makeRepairPlan(found, {
    promoted,
    promise: promiseOf(promoted),
    isWanted: ({ isOrigin }) => isOrigin,
    onlyMissing: true,
    withUnpromised: true,
  });
  for (const { target, state, name, message } of found.report.findings) {
    if (state === "unread") printMessage(`${target} could not be read: ${name}: ${message}`);
  }
  const counters = new RunCounters();
  const progress = new RunProgress(counters, 0);
  const { targets, openTarget } = opened;
  try {
    return await runPromotion(plan, {
      ...opened,
      mirrors: new MirrorSources(targets, openTarget),
      // Nothing waits for mirrors: it was released before.
      require: { kind: "number", number: 0 },
      readBack: promotion.inventory.promotion.readBack,
      seed: randomUUID(),
      isMutable: createMutableCheck(promotion.inventory.promotion),
      health: new TargetHealth(),
      memory: new MemoryBudget(runMemory),
      counters,
      clock: { now: () => performance.now(), wait: waitByTimer },
      signal,
      patience: 0,
      lanes,
    });
  } finally {
    progress.end();
  }
}

function requireRestored({ artifacts, findings }: RunReport): void {
  const incomplete = artifacts.filter(({ origin }) => origin !== "shown").length;
  const lost = findings.filter(({ severity }) => severity === "error");
  for (const { message } of lost) printMessage(message);
  if (incomplete + lost.length === 0) {
    const count = formatCount(artifacts.length, "artifact");
    printMessage(artifacts.length === 0 ? "the origin lacks nothing that a mirror has" : `${count} restored`);
    return;
  }
  const parts = [
    ...(lost.length > 0 ? [`${formatCount(lost.length, "artifact")} that no mirror has completely`] : []),
    ...(incomplete > 0 ? [`${formatCount(incomplete, "artifact")} not restored yet: run it again`] : []),
  ];
  throw new Failure(exitStatus.wrongInput, parts.join(", "));
}
