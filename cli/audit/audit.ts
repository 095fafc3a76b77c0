import { randomBytes } from "node:crypto";
import { formatCount } from "../../document/format-count";
import { printableJson } from "../../document/printable";
import { replaceFile } from "../../document/replace-file";
import type { Audit } from "../../promotion/audit/audit-mirrors";
import type { AuditReport } from "../../promotion/audit/audit-report";
import { formatAuditMarkdown } from "../../promotion/audit/format-audit-markdown";
import { formatAuditMetrics } from "../../promotion/audit/format-audit-metrics";
import { makeRepairPlan } from "../../promotion/audit/make-repair-plan";
import { summarizeAudit } from "../../promotion/audit/summarize-audit";
import { publishAudit } from "../../promotion/ledger/publish-audit";
import { formatPlan } from "../../promotion/plan/format-plan";
import { promiseOf } from "../../promotion/plan/promise-of";
import { StoreError } from "../../stores/store-error";
import { exitStatus, Failure, parseOptions, requireOption } from "../failure";
import { printMessage } from "../print-message";
import { type LoadedPromotion, loadPromotion, type PromotionOptions } from "../promote/load-promotion";
import { formatAuditText } from "./format-audit-text";
import { loadLedger } from "./load-ledger";
import type { OpenAudit, OpenedAudit } from "./opened-audit";
import { readMirrors } from "./read-mirrors";

/** The options of `audit`. */
export interface AuditCommandOptions extends Omit<PromotionOptions, "since"> {
  /** A number, or `all`. @default 10 */
  readonly sample?: string;
  /** @default drawn */
  readonly seed?: string;
  readonly json?: boolean;
  /** A file for the report as Markdown. */
  readonly report?: string;
  /** A file for a plan that repairs, for `promote run --plan`. */
  readonly repair?: string;
  /** A file for the metrics in Prometheus's text format. */
  readonly metrics?: string;
  /** Whether to publish the figures, for the status page. */
  readonly publish?: boolean;
}

/** How many objects of each store are read as a whole: enough to find a store that damages one in three. */
const usualSample = "10";

/**
 * `audit`: compares what all mirrors hold with what was promoted, and prints the matrix. Nothing is written to any store.
 *
 * @throws Failure "refused" if something is wrong
 */
export async function auditCommand(options: AuditCommandOptions, open: OpenAudit): Promise<void> {
  const { sample, seed } = parseOptions({
    sample: () => parseSample(options.sample ?? usualSample),
    seed: () => parseSeed(options.seed ?? randomBytes(8).toString("hex")),
  });
  const promotion = loadPromotion(options);
  const opened = open(promotion.inventory, promotion.facts, options);
  const ledger = await loadLedger(promotion, opened);
  const found = await untilStopped((signal) => readMirrors(promotion, opened, { ledger, sample, seed, signal }));
  const { report } = found;
  if (options.report !== undefined) replaceFile(options.report, formatAuditMarkdown(report));
  if (options.metrics !== undefined) replaceFile(options.metrics, formatAuditMetrics(report));
  if (options.publish) await publish(report, opened);
  if (options.repair !== undefined) writeRepair(options.repair, found, promotion);
  process.stdout.write(options.json ? `${printableJson(report, 2)}\n` : formatAuditText(report));
  if (report.isClean) return;
  const isRepairable = report.findings.some(({ state }) => state === "missing" || state === "other");
  const hint =
    isRepairable && options.repair === undefined
      ? "; --repair FILE writes a plan that copies again what is missing or damaged"
      : "";
  throw new Failure(
    exitStatus.refused,
    `${formatCount(report.findings.length, "finding")}: the mirrors differ from what was promoted${hint}`,
  );
}

/** Publishes the figures with each overlay. A failure is printed: the result is what counts. */
async function publish(report: AuditReport, { tables }: OpenedAudit): Promise<void> {
  if (tables.length === 0) printMessage("nothing was published, because the redirector has no bucket at a cloud");
  for (const table of tables) {
    try {
      const isPublished = await publishAudit(table, summarizeAudit(report), new Date().toISOString());
      if (!isPublished)
        printMessage(`nothing was published in ${table.url}: no run has published an overlay there yet`);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      printMessage(`the audit could not be published in ${table.url}: ${error.message}`);
    }
  }
}

/** Writes a plan, and says what it cannot do. */
function writeRepair(file: string, found: Audit, { reading: { promoted } }: LoadedPromotion): void {
  const plan = makeRepairPlan(found, { promoted, promise: promiseOf(promoted) });
  replaceFile(file, formatPlan(plan));
  for (const { message, fix } of plan.findings) printMessage(`${message}. ${fix}`);
  const count = plan.images.length + plan.files.length;
  printMessage(
    `${file}: ${formatCount(count, "artifact")} to repair; review it, then run \`mirrorform promote run --plan ${file}\``,
  );
}

async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Failure(exitStatus.wrongInput, "stopped"));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function parseSample(text: string): number | "all" {
  const sample = text === "all" ? "all" : /^[0-9]{1,7}$/.test(text) ? Number(text) : undefined;
  return requireOption("--sample", text, "a number of objects, or `all`", sample);
}

function parseSeed(text: string): string {
  const seed = /^[A-Za-z0-9-]{1,64}$/.test(text) ? text : undefined;
  return requireOption("--seed", text, "1 to 64 letters, digits and hyphens", seed);
}
