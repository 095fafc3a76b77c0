import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { checkSchema } from "../document/check-schema";
import { counted } from "../document/counted";
import { printable, printableJson } from "../document/printable";
import { formatProblem } from "../document/problem";
import { readBytes } from "../document/read-bytes";
import { replaceFile } from "../document/replace-file";
import { type DeployedFacts, hasStores } from "../facts/deployed-facts";
import { deployedFactsSchema, factOutputs } from "../facts/deployed-facts-schema";
import {
  type MergedFacts,
  mergeDeployedFacts,
  type ToldFacts,
  type UnlistedStore,
} from "../facts/merge-deployed-facts";
import { parseDeployedFacts } from "../facts/read-deployed-facts";
import type { Inventory } from "../inventory/inventory";
import { inventoryWords } from "../inventory/inventory-words";
import { readPlacedInventory } from "../inventory/read-inventory";
import type { ProjectOptions } from "../project/check-project";
import { deploymentProblems } from "../project/deployment-problems";
import { factsFile } from "../project/read-project";
import { stackPlan } from "../stacks/stack-plan";
import { exitStatus, Failure } from "./failure";

/** The options of `facts`. */
export interface FactsOptions extends Pick<ProjectOptions, "inventory" | "allowPrivateMirrors"> {
  /** Mirrors (`aws/eu-west-1`), or all of a provider (`aws`), whose stores are filled. */
  readonly filled?: readonly string[];
  /** Where `synth` wrote the stacks. */
  readonly out: string;
  /** The program that prints outputs: Terraform, or OpenTofu. */
  readonly terraform: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** One stack's outputs, as `terraform output -json` prints them. */
interface Source {
  readonly stack: string;
  /** The file or program, for messages. */
  readonly name: string;
  readonly text: string;
}

/** Outputs are a few kilobytes; a larger file is something else. */
const mostBytes = 4 * 1024 * 1024;
/** How long Terraform may take, in milliseconds; reading a state from a bucket takes seconds. */
const patience = 120_000;

function wrong(message: string): Failure {
  return new Failure(exitStatus.wrongInput, message);
}

/** The stacks whose outputs are deployed facts. */
function factStacks(inventory: Inventory): Map<string, string> {
  const plans = stackPlan(inventory).filter(({ layer }) => layer !== "dns");
  return new Map(plans.map(({ name, provider }) => [name, provider.key]));
}

function readSource(stack: string, name: string): Source {
  const bytes = readBytes(name, inventoryWords, mostBytes);
  if (bytes instanceof Uint8Array) return { stack, name, text: Buffer.from(bytes).toString("utf8") };
  throw wrong(`${name}: ${bytes.message}`);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The sources that one argument names: `STACK=FILE`, a file `<stack>.json`, or a directory of such files. */
function sourcesIn(argument: string, stacks: ReadonlyMap<string, string>): Source[] {
  const [, named, path = ""] = /^([a-z0-9-]+)=(.+)$/s.exec(argument) ?? [];
  if (named !== undefined && stacks.has(named)) return [readSource(named, path)];
  if (isDirectory(argument)) {
    const found = readdirSync(argument).filter((file) => file.endsWith(".json") && stacks.has(basename(file, ".json")));
    if (found.length > 0) return found.sort().map((file) => readSource(basename(file, ".json"), join(argument, file)));
    throw wrong(`${argument} has no outputs: name the files after their stacks, such as ${firstOf(stacks)}.json`);
  }
  const stack = basename(argument, ".json");
  if (stacks.has(stack)) return [readSource(stack, argument)];
  if (!existsSync(argument)) throw wrong(`there is no such file: ${argument}`);
  throw new Failure(
    exitStatus.wrongUsage,
    `${argument} names no stack: write STACK=FILE with one of ${[...stacks.keys()].join(", ")}`,
  );
}

function firstOf(stacks: ReadonlyMap<string, string>): string {
  return [...stacks.keys()][0] ?? "aws-storage";
}

function outputsOf(stack: string, directory: string, program: string): Source {
  const words = [`-chdir=${directory}`, "output", "-json", "-no-color"];
  const run = spawnSync(program, words, { encoding: "utf8", timeout: patience, maxBuffer: mostBytes });
  const name = `${program} ${words.join(" ")}`;
  const { code } = (run.error ?? {}) as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    throw wrong(
      `there is no ${program} on the PATH: name another program with --terraform, or write the outputs to files and pass those: \`terraform ${words.slice(0, 3).join(" ")} > ${stack}.json\``,
    );
  }
  if (run.error || run.status !== 0) {
    const said = (run.stderr ?? "").trim() || run.error?.message || `exit status ${run.status}`;
    throw wrong(`${name} failed; nothing was written:\n${printableText(said)}`);
  }
  return { stack, name, text: run.stdout };
}

/** A program's output, line by line. */
function printableText(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `  ${printable(line)}`)
    .join("\n");
}

/** Asks Terraform for the outputs of every stack that was initialized here. */
function askedSources(stacks: ReadonlyMap<string, string>, { out, terraform }: FactsOptions): Source[] {
  const known = [...stacks.keys()].map((stack) => ({ stack, directory: join(out, "stacks", stack) }));
  const initialized = known.filter(({ directory }) => existsSync(join(directory, ".terraform")));
  if (initialized.length === 0) {
    throw wrong(
      `no stack in ${join(out, "stacks")} was initialized: run \`${terraform} -chdir=${join(out, "stacks", firstOf(stacks))} init\` first, or pass files with outputs`,
    );
  }
  for (const { stack } of known.filter((each) => !initialized.includes(each))) {
    process.stderr.write(`${stack}: not initialized here; skipped\n`);
  }
  return initialized.map(({ stack, directory }) => outputsOf(stack, directory, terraform));
}

function parsedOutputs({ name, text }: Source): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  throw wrong(`${name}: this is not what \`terraform output -json\` prints`);
}

/** The facts in a stack's outputs, each in the form that `deployed.yaml` needs. DNS names may end with a dot. */
function factsFrom(source: Source, provider: string): ToldFacts {
  const outputs = parsedOutputs(source);
  const entries = factOutputs.flatMap((fact) => {
    const output = Object.hasOwn(outputs, fact) ? outputs[fact] : undefined;
    if (output === undefined) return [];
    if (typeof output !== "object" || output === null || !("value" in output)) {
      throw wrong(
        `${source.name}: the output \`${fact}\` has no value: is this what \`terraform output -json\` prints?`,
      );
    }
    return [[fact, withoutFinalDots(output.value)] as const];
  });
  const facts = Object.fromEntries(entries);
  const refused = checkSchema(deployedFactsSchema, { [provider]: facts }, inventoryWords);
  if (refused.length > 0) {
    const words = refused.map(({ path, message }) => `  ${path.slice(1).join(".")}: ${message}`);
    throw wrong(
      `${source.name}: these outputs cannot be deployed facts; nothing was written:\n${words.map(printable).join("\n")}`,
    );
  }
  return { provider, facts };
}

function withoutFinalDots(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\.$/, "");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutFinalDots(member)]));
}

/**
 * Whether a store may be listed: if `--filled` names it; or if it is the origin's and nothing is listed yet, since on a first
 * deployment the origin holds everything. A mirror that becomes the origin later may be empty.
 */
function filledBy({ origin }: Inventory, filled: readonly string[], listed: DeployedFacts) {
  return ({ provider, region }: UnlistedStore): boolean =>
    filled.includes(provider) ||
    filled.includes(`${provider}/${region}`) ||
    (provider === origin.provider && region === origin.mirror && !hasStores(listed));
}

/** A store that `--filled` names must be deployed. */
function requireDeployed(filled: readonly string[], told: readonly ToldFacts[]): void {
  const stores = told.flatMap(({ provider, facts }) =>
    Object.values(facts.stores ?? {})
      .flat()
      .map((region) => `${provider}/${region}`),
  );
  const unknown = filled.filter((name) => !stores.some((store) => store === name || store.startsWith(`${name}/`)));
  if (unknown.length === 0) return;
  throw wrong(
    `--filled ${unknown.join(", ")}: no output \`stores\` has it; there ${stores.length === 0 ? "are none" : `are ${[...new Set(stores)].sort().join(", ")}`}`,
  );
}

function changeInWords({ path, before, after }: MergedFacts["changes"][number]): string {
  if (path[1] === "stores") return `+ ${path.join(".")}`;
  return before === undefined ? `+ ${path.join(".")}: ${after}` : `~ ${path.join(".")}: ${before} -> ${after}`;
}

function tell({ changes, unlisted }: MergedFacts, file: string, isWritten: boolean): void {
  for (const change of changes) process.stdout.write(`${printable(changeInWords(change))}\n`);
  for (const { provider, kind, region } of unlisted) {
    process.stderr.write(
      `${provider}/${region}: its ${kind} is deployed but not listed; once it is filled, run \`mirrorform facts --filled ${provider}/${region}\`\n`,
    );
  }
  const summary =
    changes.length === 0
      ? "matches the stacks' outputs"
      : `${counted(changes.length, "value")} ${isWritten ? "written" : "to write"}`;
  process.stderr.write(`${file}: ${summary}\n`);
}

/** @throws Failure if the file has errors, before or after the change */
function requireSound(
  text: string,
  file: string,
  inventory: Inventory,
  place: Parameters<typeof deploymentProblems>[2],
) {
  const reading = parseDeployedFacts(Buffer.from(text), file, inventory);
  const problems = reading.ok
    ? [...reading.problems, ...deploymentProblems(inventory, reading.facts, place)]
    : reading.problems;
  const errors = problems.filter(({ severity }) => severity === "error");
  if (reading.ok && errors.length === 0) return reading.facts;
  for (const problem of errors) process.stderr.write(`${formatProblem(problem)}\n`);
  throw wrong(`${file} has errors; nothing was written.`);
}

/**
 * `facts`: merges the outputs of deployed stacks into `deployed.yaml`. It never removes an entry.
 *
 * @throws Failure if the inventory, the outputs or the result is wrong, or with `--check` if the file would change
 */
export function factsCommand(sources: readonly string[], options: FactsOptions): void {
  const { inventory: path, allowPrivateMirrors, filled = [], check, json } = options;
  const { reading, place } = readPlacedInventory(path, new Date(), {
    ...(allowPrivateMirrors && { allowPrivateMirrors }),
  });
  if (!reading.ok) {
    for (const problem of reading.problems) process.stderr.write(`${formatProblem(problem)}\n`);
    throw wrong("the inventory is wrong; nothing was done.");
  }
  const { inventory } = reading;
  const file = join(dirname(path), factsFile);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const before = parseDeployedFacts(Buffer.from(text), file, inventory);
  if (!before.ok) requireSound(text, file, inventory, place);
  const listed: DeployedFacts = before.ok ? before.facts : {};
  const stacks = factStacks(inventory);
  const given = sources.length > 0 ? sources.flatMap((each) => sourcesIn(each, stacks)) : askedSources(stacks, options);
  const told = given.map((source) => factsFrom(source, stacks.get(source.stack) ?? ""));
  requireDeployed(filled, told);
  const merged = mergeDeployedFacts(text, told, filledBy(inventory, filled, listed));
  requireSound(merged.text, file, inventory, place);
  const { changes, unlisted } = merged;
  const isWritten = changes.length > 0 && !check;
  if (isWritten) replaceFile(file, merged.text);
  if (json) process.stdout.write(`${printableJson({ file, written: isWritten, changes, unlisted }, 2)}\n`);
  else tell(merged, file, isWritten);
  if (check && changes.length > 0) throw wrong(`${file} does not match the stacks' outputs: run \`mirrorform facts\``);
}
