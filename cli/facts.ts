import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { formatCount } from "../document/format-count";
import { printable, printableJson } from "../document/printable";
import { replaceFile } from "../document/replace-file";
import type { MergedFacts } from "../facts/merge-deployed-facts";
import type { Inventory } from "../inventory/inventory";
import type { ProjectOptions } from "../project/check-project";
import { mergeOutputs, readFactsFile } from "../project/facts-file";
import { loadInventory } from "../project/load-inventory";
import { parseOutputs, queryOutputs, readOutputs, type StackOutputs } from "../project/stack-outputs";
import { hasPromoter } from "../stacks/has-promoter";
import { type PlannedStack, stackPlan } from "../stacks/stack-plan";
import { exitStatus, Failure } from "./failure";
import { printMessage } from "./print-message";

/** The options of `facts`. */
export interface FactsOptions extends Pick<ProjectOptions, "inventory" | "allowPrivateMirrors"> {
  /** Mirrors (`aws/eu-west-1`) or providers (`aws`) whose stores are filled. */
  readonly filled?: readonly string[];
  /** Where `synth` wrote the stacks. */
  readonly out: string;
  /** The Terraform or OpenTofu program. */
  readonly terraform: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

function invalid(message: string): Failure {
  return new Failure(exitStatus.wrongInput, message);
}

/** Whether the outputs of a layer are deployed facts. */
function hasFacts(layer: PlannedStack["layer"], inventory: Inventory): boolean {
  if (layer === "bootstrap") return hasPromoter(inventory);
  return layer !== "staging" && layer !== "emptied";
}

/** The stacks whose outputs are deployed facts, with their providers. */
function factStacks(inventory: Inventory): Map<string, string> {
  const plans = stackPlan(inventory).filter(({ layer }) => hasFacts(layer, inventory));
  return new Map(plans.map(({ name, provider }) => [name, provider.key]));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Reads the outputs that one argument names: `STACK=FILE`, a file `<stack>.json`, or a directory of such files. */
function readArgument(argument: string, stacks: readonly string[]): StackOutputs[] {
  const [, named, path = ""] = /^([a-z0-9-]+)=(.+)$/s.exec(argument) ?? [];
  if (named !== undefined && stacks.includes(named)) return [readOutputs(named, path)];
  if (isDirectory(argument)) {
    const found = readdirSync(argument).filter(
      (file) => file.endsWith(".json") && stacks.includes(basename(file, ".json")),
    );
    if (found.length > 0) return found.sort().map((file) => readOutputs(basename(file, ".json"), join(argument, file)));
    throw invalid(
      `${argument} contains no outputs: name each file after its stack, such as ${stacks[0] ?? "aws-storage"}.json`,
    );
  }
  const stack = basename(argument, ".json");
  if (stacks.includes(stack)) return [readOutputs(stack, argument)];
  if (!existsSync(argument)) throw invalid(`file not found: ${argument}`);
  throw new Failure(
    exitStatus.wrongUsage,
    `${argument} is not named after a stack: write STACK=FILE with one of ${stacks.join(", ")}`,
  );
}

function readSources(
  sources: readonly string[],
  stacks: readonly string[],
  { out, terraform }: FactsOptions,
): StackOutputs[] {
  if (sources.length > 0) return sources.flatMap((each) => readArgument(each, stacks));
  const onSkipped = (stack: string): void => printMessage(`${stack}: not initialized here; skipped`);
  return queryOutputs({ stacks, directory: out, program: terraform, onSkipped });
}

function describeChange({ path, before, after }: MergedFacts["changes"][number]): string {
  if (path[1] === "stores") return `+ ${path.join(".")}`;
  return before === undefined ? `+ ${path.join(".")}: ${after}` : `~ ${path.join(".")}: ${before} -> ${after}`;
}

function printMerge({ changes, unlisted }: MergedFacts, file: string, isWritten: boolean): void {
  for (const change of changes) process.stdout.write(`${printable(describeChange(change))}\n`);
  for (const { provider, kind, region } of unlisted) {
    printMessage(
      `${provider}/${region}: its ${kind} is deployed but not listed. Once it is filled, run \`mirrorform facts --filled ${provider}/${region}\``,
    );
  }
  const summary =
    changes.length === 0
      ? "matches the stacks' outputs"
      : `${formatCount(changes.length, "value")} ${isWritten ? "written" : "to write"}`;
  printMessage(`${file}: ${summary}`);
}

/**
 * `facts`: merges the outputs of deployed stacks into `deployed.yaml`. It never removes an entry.
 *
 * @throws UnusableProject if the inventory, the outputs or the result is invalid
 * @throws Failure if an argument is invalid, or with `--check` if the file would change
 */
export function factsCommand(sources: readonly string[], options: FactsOptions): void {
  const { filled = [], check, json } = options;
  const project = loadInventory(options);
  const file = readFactsFile(options.inventory, project);
  const stacks = factStacks(project.inventory);
  const outputs = readSources(sources, [...stacks.keys()], options);
  const reported = outputs.map((each) => parseOutputs(each, stacks.get(each.stack) ?? ""));
  const merged = mergeOutputs(file, project, reported, filled);
  const { changes, unlisted } = merged;
  const isWritten = changes.length > 0 && !check;
  if (isWritten) replaceFile(file.path, merged.text);
  if (json) process.stdout.write(`${printableJson({ file: file.path, written: isWritten, changes, unlisted }, 2)}\n`);
  else printMerge(merged, file.path, isWritten);
  if (check && changes.length > 0) {
    throw invalid(`${file.path} does not match the stacks' outputs: run \`mirrorform facts\``);
  }
}
