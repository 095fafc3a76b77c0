import { randomBytes } from "node:crypto";
import { formatCount } from "../../document/format-count";
import { printableJson } from "../../document/printable";
import { isError } from "../../document/problem";
import { replaceFile } from "../../document/replace-file";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { type Audit, type AuditOptions, auditMirrors } from "../../promotion/audit/audit-mirrors";
import { formatAuditMarkdown } from "../../promotion/audit/format-audit-markdown";
import { formatAuditMetrics } from "../../promotion/audit/format-audit-metrics";
import { makeRepairPlan } from "../../promotion/audit/make-repair-plan";
import type { Ledger } from "../../promotion/ledger/ledger";
import { readLedger } from "../../promotion/ledger/read-ledger";
import { formatPlan } from "../../promotion/plan/format-plan";
import { promiseOf } from "../../promotion/plan/promise-of";
import type { Bucket } from "../../stores/bucket";
import { StoreError } from "../../stores/store-error";
import { exitStatus, Failure, parseOptions, requireOption } from "../failure";
import { printMessage } from "../print-message";
import { type LoadedPromotion, loadPromotion, type PromotionOptions } from "../promote/load-promotion";
import type { AskedHosts } from "../promote/open-sources";
import { formatAuditText } from "./format-audit-text";

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
}

/** The stores that an audit reads. */
export interface OpenedAudit extends Pick<AuditOptions, "targets" | "unplaced" | "open" | "listRepositories"> {
  /** The bucket of the routing table, in which the ledger is. @default there is none */
  readonly tableBucket?: Bucket | undefined;
}

/** Opens all stores of a project. */
export type OpenAudit = (inventory: Inventory, facts: DeployedFacts, hosts: AskedHosts) => OpenedAudit;

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
  const found = await audit(promotion, opened, { ledger, sample, seed });
  const { report } = found;
  if (options.report !== undefined) replaceFile(options.report, formatAuditMarkdown(report));
  if (options.metrics !== undefined) replaceFile(options.metrics, formatAuditMetrics(report));
  if (options.repair !== undefined) writeRepair(options.repair, found, promotion);
  process.stdout.write(options.json ? `${printableJson(report, 2)}\n` : formatAuditText(report));
  if (report.isClean) return;
  throw new Failure(
    exitStatus.refused,
    `${formatCount(report.findings.length, "finding")}: the mirrors differ from what was promoted`,
  );
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

/** Reads all mirrors. */
async function audit(
  { reading: { promoted }, placement, inventory }: LoadedPromotion,
  opened: OpenedAudit,
  more: Pick<AuditOptions, "ledger" | "sample" | "seed">,
): Promise<Audit> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Failure(exitStatus.wrongInput, "stopped"));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const projects = new Set([...promoted.projects, ...inventory.promotion.projects.map(({ key }) => key)]);
  for (const { project } of more.ledger?.files ?? []) projects.add(project);
  try {
    return await auditMirrors({
      ...opened,
      ...more,
      promoted,
      folders: Array.from(projects, (project) => placement.filesAt(project)),
      now: Date.now,
      signal: stop.signal,
    });
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/**
 * Reads the ledger. Without it, the manifests say what was promoted, and must have no errors: what they leave out would look like
 * somebody else's.
 *
 * @throws Failure
 */
async function loadLedger({ reading }: LoadedPromotion, { tableBucket }: OpenedAudit): Promise<Ledger | undefined> {
  try {
    const ledger = tableBucket && (await readLedger(tableBucket));
    if (ledger) return ledger;
  } catch (error) {
    if (error instanceof StoreError) throw new Failure(exitStatus.wrongInput, error.message);
    throw error;
  }
  if (reading.problems.some(isError)) {
    throw new Failure(
      exitStatus.wrongInput,
      "correct the manifests first: without a ledger, only they say what was promoted",
    );
  }
  printMessage("there is no ledger of promotions yet: everything that the manifests promise is expected");
  return undefined;
}

function parseSample(text: string): number | "all" {
  const sample = text === "all" ? "all" : /^[0-9]{1,7}$/.test(text) ? Number(text) : undefined;
  return requireOption("--sample", text, "a number of objects, or `all`", sample);
}

function parseSeed(text: string): string {
  const seed = /^[A-Za-z0-9-]{1,64}$/.test(text) ? text : undefined;
  return requireOption("--seed", text, "1 to 64 letters, digits and hyphens", seed);
}
