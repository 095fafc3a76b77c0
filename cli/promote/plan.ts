import { formatCount } from "../../document/format-count";
import { replaceFile } from "../../document/replace-file";
import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { UnusableProject } from "../../project/unusable-project";
import { formatPlan } from "../../promotion/plan/format-plan";
import { formatPlanMarkdown } from "../../promotion/plan/format-plan-markdown";
import { formatProblemsMarkdown } from "../../promotion/plan/format-problems-markdown";
import type { Plan } from "../../promotion/plan/plan";
import { exitStatus, Failure } from "../failure";
import { formatPlanText } from "./format-plan-text";
import { type LoadedPromotion, loadPromotion, type PromotionOptions } from "./load-promotion";
import type { AskedHosts } from "./open-sources";
import { type OpenedStores, planSelection, type Selection, selectEntries } from "./plan-selection";

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

/** Opens all stores of a project. */
export type OpenStores = (inventory: Inventory, facts: DeployedFacts, hosts: AskedHosts) => OpenedStores;

/**
 * `promote plan`: prints what a run would do. Nothing is written to any store.
 *
 * @throws Failure if something promised would not be promoted
 */
export async function promotePlanCommand(options: PromotePlanOptions, open: OpenStores): Promise<void> {
  if (options.json && options.markdown) throw new Failure(exitStatus.wrongUsage, "choose --json or --markdown");
  const promotion = load(options);
  const opened = open(promotion.inventory, promotion.facts, options);
  const selection = selectEntries(options.since, promotion);
  const plan = await planSelection(selection, promotion, opened, options);
  print(plan, selection, options);
  requirePromotable(plan, selection.errors ?? 0);
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

function print(plan: Plan, { problems }: Selection, { json, markdown, out }: PromotePlanOptions): void {
  if (out !== undefined) replaceFile(out, formatPlan(plan));
  if (json) process.stdout.write(formatPlan(plan));
  else process.stdout.write(markdown ? formatPlanMarkdown(plan, problems) : formatPlanText(plan));
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
