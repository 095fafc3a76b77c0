import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { CapabilityName } from "../constructs/capability";
import { printable, printableJson } from "../document/printable";
import type { Inventory } from "../inventory/inventory";
import { lambdaZip } from "../packaging/lambda-zip";
import type { ProjectOptions } from "../project/check-project";
import { type CompiledTable, compileTable, loadProject, type SoundProject } from "../project/load-project";
import { fallbackTable } from "../routing/fallback-table";
import { stackPlan } from "../stacks/stack-plan";
import { requireImage, StandInImage } from "../stacks/stand-in-image";
import type { SynthesizedStack } from "../stacks/synthesize";
import { exitStatus, Failure } from "./failure";
import { textTable } from "./text-table";

const capabilities: readonly CapabilityName[] = [
  "foundation",
  "registry",
  "bucket",
  "replication",
  "dns",
  "certificate",
  "routing-table",
  "redirector",
  "load-balancer",
];

/** The stacks and what each holds, as a table. */
export function stackTable(stacks: readonly SynthesizedStack[]): string {
  const total = ({ resources }: SynthesizedStack) => Object.values(resources).reduce((sum, count) => sum + count, 0);
  const row = (stack: SynthesizedStack) => [
    stack.name,
    stack.cloud,
    ...capabilities.map((capability) => stack.resources[capability] ?? ""),
    total(stack),
  ];
  return textTable(["stack", "cloud", ...capabilities, "resources"], stacks.map(row));
}

function progress({ name }: SynthesizedStack, done: number, of: number): void {
  process.stderr.write(`  ${String(done).padStart(String(of).length)}/${of} ${name}\n`);
}

/** What a synthesis writes into a stack's directory; whatever else is there (state, plans, locks) is Terraform's. */
const written = ["cdk.tf.json", "assets"];

/** The part of CDKTF's manifest that is read here. */
interface Manifest {
  readonly stacks: Readonly<Record<string, unknown>>;
}

function readManifest(directory: string): Manifest {
  const file = join(directory, "manifest.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { stacks: {} };
}

/** Adds stacks that an earlier synthesis wrote and that are still there. */
function addToManifest(directory: string, others: readonly [string, unknown][]): void {
  if (others.length === 0) return;
  const manifest = readManifest(directory);
  const stacks = { ...Object.fromEntries(others), ...manifest.stacks };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ ...manifest, stacks }, null, 2));
}

/** Takes what a synthesis wrote out of a stack's directory, and the directory if nothing else is in it. */
function removeStack(directory: string): void {
  for (const name of written) rmSync(join(directory, name), { recursive: true, force: true });
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
}

function replaceStack(from: string, to: string): void {
  removeStack(to);
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
}

/** @throws Failure before anything is written, if a stack would run an image that does not exist */
function requireRealImage(inventory: Inventory, only?: readonly string[]): void {
  try {
    requireImage(stackPlan(inventory).filter(({ name }) => only === undefined || only.includes(name)));
  } catch (error) {
    if (error instanceof StandInImage) throw new Failure(exitStatus.wrongInput, error.message);
    throw error;
  }
}

/**
 * Synthesizes a project's stacks into a directory. What was there stays until all is built; then each stack replaces its
 * own files, and the stacks of an earlier synthesis that are no longer planned go, unless only some were asked for.
 */
export function synthesizeInto(
  { inventory, facts }: SoundProject,
  { table, bytes }: CompiledTable,
  out: string,
  only?: readonly string[],
): SynthesizedStack[] {
  requireRealImage(inventory, only);
  // CDKTF and the resources of three providers take a second to load, which no other command need wait for.
  const { synthesize } = require("../stacks/synthesize") as typeof import("../stacks/synthesize");
  mkdirSync(out, { recursive: true });
  const unfinished = mkdtempSync(join(out, ".unfinished-"));
  try {
    const stacks = synthesize({
      inventory,
      facts,
      table: bytes,
      lambda: lambdaZip(fallbackTable(table)),
      outdir: unfinished,
      ...(only && { only }),
      onStack: progress,
    });
    const [before, now] = [readManifest(out), readManifest(unfinished)];
    for (const name of Object.keys(now.stacks)) {
      replaceStack(join(unfinished, "stacks", name), join(out, "stacks", name));
    }
    const others = Object.entries(before.stacks).filter(([name]) => !(name in now.stacks));
    renameSync(join(unfinished, "manifest.json"), join(out, "manifest.json"));
    if (only) addToManifest(out, others);
    else for (const [name] of others) removeStack(join(out, "stacks", name));
    return stacks;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

interface SynthOptions extends ProjectOptions {
  readonly out: string;
  readonly stack?: readonly string[];
  readonly json?: boolean;
}

/**
 * `synth`: what `cdktf synth` does, without its CLI.
 *
 * @throws Failure where the inventory is wrong, or has no such stack
 */
export function synthCommand(options: SynthOptions): void {
  const project = loadProject(options);
  const names = stackPlan(project.inventory).map(({ name }) => name);
  const unknown = options.stack?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new Failure(
      exitStatus.wrongUsage,
      `there is no stack ${printable(unknown.join(", "))}; ${names.length > 0 ? `there are ${names.join(", ")}` : "nothing in this inventory is at a cloud, so it has no stacks"}`,
    );
  }
  const stacks = synthesizeInto(project, compileTable(project), options.out, options.stack);
  if (!options.json) {
    process.stdout.write(stackTable(stacks));
    return;
  }
  const told = stacks.map(({ name, cloud, resources }) => ({ name, cloud, resources }));
  process.stdout.write(`${printableJson(told, 2)}\n`);
}
