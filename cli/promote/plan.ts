import { formatCount } from "../../document/format-count";
import { printableJson } from "../../document/printable";
import { replaceFile } from "../../document/replace-file";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { UnusableProject } from "../../project/unusable-project";
import { formatPlan } from "../../promotion/plan/format-plan";
import { formatPlanMarkdown } from "../../promotion/plan/format-plan-markdown";
import { formatProblemsMarkdown } from "../../promotion/plan/format-problems-markdown";
import type { Plan } from "../../promotion/plan/plan";
import type { Verdict } from "../../promotion/policy/verdict";
import { exitStatus, Failure } from "../failure";
import { formatPlanText } from "./format-plan-text";
import { formatVerdicts } from "./format-verdicts";
import { type LoadedPromotion, loadPromotion, type PromotionOptions } from "./load-promotion";
import type { AskedHosts } from "./open-sources";
import { createJudge, type OpenedStores, planSelection, type Selection, selectEntries } from "./plan-selection";
import type { WithdrawalOptions } from "./plan-withdrawals";

/** The options of `promote plan`. */
export interface PromotePlanOptions extends PromotionOptions, WithdrawalOptions {
  /** A commit: only entries that have changed since are planned. */
  readonly since?: string;
  /** Whether to ask for the referrers of every image. @default only with `since` */
  readonly referrers?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** Whether to print which rules of the policy looked at which artifact, and what they saw. */
  readonly explain?: boolean;
  /** A file for the plan, as JSON. */
  readonly out?: string;
}

/** Opens all stores of a project. */
export type OpenStores = (inventory: Inventory, facts: DeployedFacts, hosts: AskedHosts) => OpenedStores;

/**
 * `promote plan`: prints what a run would do. Nothing is written to any store.
 *
 * @throws Failure if something promised would not be promoted
 */
export async function promotePlanCommand(options: PromotePlanOptions, open: OpenStores): Promise<void> {
  if (options.markdown && options.explain) {
    throw new Failure(exitStatus.wrongUsage, "choose --markdown or --explain, which prints text or JSON");
  }
  if (options.json && options.markdown) throw new Failure(exitStatus.wrongUsage, "choose --json or --markdown");
  requireKpromo(options);
  const promotion = load(options);
  const opened = open(promotion.inventory, promotion.facts, options);
  const selection = selectEntries(options.since, promotion);
  const judge = createJudge(promotion);
  const ledger = await opened.readLedger?.();
  const plan = await planSelection(selection, promotion, opened, { ...options, judge, ledger });
  print(plan, selection, judge?.verdicts, options);
  requirePromotable(plan, selection.errors ?? 0);
}

/**
 * In our own layout, what is withdrawn is in `withdrawn.yaml`.
 *
 * @throws Failure if artifacts that vanished may stay, and there are no manifests of kpromo
 */
export function requireKpromo({ allowVanished, manifests }: WithdrawalOptions & PromotionOptions): void {
  if (!allowVanished || manifests !== undefined) return;
  throw new Failure(
    exitStatus.wrongUsage,
    "--allow-vanished is for kpromo's manifests, with --manifests: name in withdrawn.yaml what is no longer promoted",
  );
}

/** A comment also says what is wrong with the project: who opens a pull request may not look into the log. */
function load(options: PromotePlanOptions): LoadedPromotion {
  try {
    return loadPromotion(options);
  } catch (error) {
    if (options.markdown && error instanceof UnusableProject && error.problems.length > 0) {
      const lines = ["### Promotion plan", "", "There is no plan.", ...formatProblemsMarkdown(error.problems)];
      process.stdout.write(`${lines.join("\n")}\n`);
    }
    throw error;
  }
}

function print(
  plan: Plan,
  { problems }: Selection,
  verdicts: readonly Verdict[] | undefined,
  { json, markdown, out, explain }: PromotePlanOptions,
): void {
  if (out !== undefined) replaceFile(out, formatPlan(plan));
  if (json && explain) process.stdout.write(`${printableJson({ ...plan, policy: verdicts ?? null }, 2)}\n`);
  else if (json) process.stdout.write(formatPlan(plan));
  else if (markdown) process.stdout.write(formatPlanMarkdown(plan, problems));
  else process.stdout.write(`${explain ? `${formatVerdicts(verdicts)}\n` : ""}${formatPlanText(plan)}`);
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
