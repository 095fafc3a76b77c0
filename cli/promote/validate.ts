import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatCount } from "../../document/format-count";
import { printableJson } from "../../document/printable";
import { formatProblem, isError, type Problem } from "../../document/problem";
import type { Inventory } from "../../inventory/inventory";
import { readInventoryFile } from "../../inventory/read-inventory";
import { createPlacement } from "../../promotion/manifests/create-placement";
import { readManifests } from "../../promotion/manifests/read-manifests";
import { judgePromises } from "../../promotion/policy/judge-promises";
import { PolicyJudge } from "../../promotion/policy/policy-judge";
import { readPolicy } from "../../promotion/policy/read-policy";
import { defaultInventory } from "../command-options";
import { exitStatus, Failure } from "../failure";
import { printMessage } from "../print-message";
import { findIgnoredPolicies } from "./find-ignored-policies";
import { formatVerdicts } from "./format-verdicts";
import { placePolicy } from "./place-policy";

/** The options of `promote validate`. */
export interface PromoteValidateOptions {
  /** @default `promotions/` beside the inventory */
  readonly manifests?: readonly string[];
  readonly inventory: string;
  readonly allowPrivateMirrors?: boolean;
  readonly json?: boolean;
  /** Whether to print which rules of the policy looked at which artifact, and what they saw. */
  readonly explain?: boolean;
}

/**
 * `promote validate`: prints all problems of the promotion manifests, and how much they promise.
 *
 * @throws Failure if one of them is an error
 */
export function promoteValidateCommand(options: PromoteValidateOptions): void {
  const { json, explain } = options;
  const inventory = readOptionalInventory(options);
  const folder = inventory.value?.promotion.manifests ?? "promotions";
  const { manifests = [join(dirname(options.inventory), folder)] } = options;
  const reading = readManifests(manifests, inventory.value && createPlacement(inventory.value));
  const known = new Set([...(inventory.value?.promotion.projects.map(({ key }) => key) ?? []), ...reading.projects]);
  const place = placePolicy(options.inventory, inventory.value?.promotion);
  const policy = readPolicy(place, { projects: known });
  const judge = policy.ok && policy.policy ? new PolicyJudge(policy.policy, reading.promoted.files) : undefined;
  const refusals = judge ? judgePromises(reading.promoted, judge) : [];
  const problems = [
    ...inventory.problems,
    ...policy.problems,
    ...findIgnoredPolicies(manifests, place.file),
    ...reading.problems,
    ...refusals,
  ];
  const { counts } = reading;
  const ok = !problems.some(isError);
  if (json) {
    const reported = problems.map(({ excerpt, ...problem }) => problem);
    process.stdout.write(
      `${printableJson({ ok, ...counts, problems: reported, ...(explain && { policy: judge?.verdicts ?? null }) }, 2)}\n`,
    );
  } else {
    if (explain) process.stdout.write(`${formatVerdicts(judge?.verdicts)}\n`);
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  }
  const errors = problems.filter(isError).length;
  const summary = `${formatCounts(counts)}: ${formatCount(errors, "error")}, ${formatCount(problems.length - errors, "warning")}`;
  if (!ok) throw new Failure(exitStatus.wrongInput, summary);
  printMessage(summary);
}

/** The inventory adds where projects stage and what destinations stand for; manifests can be checked without it. */
function readOptionalInventory({ inventory, allowPrivateMirrors }: PromoteValidateOptions): {
  readonly value?: Inventory;
  readonly problems: readonly Problem[];
} {
  if (inventory === defaultInventory && !existsSync(inventory)) return { problems: [] };
  const reading = readInventoryFile(inventory, new Date(), { allowPrivateMirrors });
  return reading.ok ? { value: reading.inventory, problems: [] } : { problems: reading.problems.filter(isError) };
}

function formatCounts(counts: ReturnType<typeof readManifests>["counts"]): string {
  const { projects, images, digests, tags, files, withdrawn } = counts;
  return [
    formatCount(projects, "project"),
    formatCount(images, "image"),
    formatCount(digests, "digest"),
    formatCount(tags, "tag"),
    formatCount(files, "file"),
    ...(withdrawn > 0 ? [`${withdrawn} withdrawn`] : []),
  ].join(", ");
}
