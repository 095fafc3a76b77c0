/**
 * The CDKTF app: `cdktf.json` runs it, and so does `mirrorform synth`, which needs no CLI of CDKTF's. Here, and only
 * here, meet what the stacks carry (the routing table, the redirector's code) and the stacks themselves.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { Capability, type CapabilityName } from "./constructs/capability";
import { printableLines } from "./document/printable";
import { formatProblem } from "./document/problem";
import type { DeployedFacts } from "./facts/deployed-facts";
import type { Inventory } from "./inventory/inventory";
import { RangesUnreadable } from "./networks/range-entry";
import { lambdaZip } from "./packaging/lambda-zip";
import { checkProject } from "./project/check-project";
import { compileRoutingTable } from "./routing/compile-routing-table";
import { fallbackTable } from "./routing/fallback-table";
import { decodeRoutingTable } from "./routing/routing-table";
import { addStack } from "./stacks/add-stack";
import type { CarriedFile } from "./stacks/redirector-code";
import { type PlannedStack, stackPlan } from "./stacks/stack-plan";
import { requireImage, StandInImage } from "./stacks/stand-in-image";

/** One synthesized stack. */
export interface SynthesizedStack extends PlannedStack {
  /** How many resources each capability makes. */
  readonly resources: Readonly<Partial<Record<CapabilityName, number>>>;
}

/** What to synthesize, and how. */
export interface SynthesisOptions {
  readonly inventory: Inventory;
  readonly facts: DeployedFacts;
  /** The compiled routing table, which stacks carry. */
  readonly table: Uint8Array;
  /** The directory that receives the stacks, as `stacks/<name>/cdk.tf.json`. It is made; what is in it stays. */
  readonly outdir: string;
  /** The names of the stacks to synthesize. @default all */
  readonly only?: readonly string[];
  /** Is told of each stack when it is built, before anything is written. */
  readonly onStack?: (stack: SynthesizedStack, done: number, of: number) => void;
}

function carriedFile(directory: string, name: string, bytes: Uint8Array): CarriedFile {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return { path, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function capabilityOf(resource: IConstruct): CapabilityName {
  const owner = resource.node.scopes.findLast((scope): scope is Capability => scope instanceof Capability);
  if (!owner) throw new Error(`${resource.node.path} belongs to no capability`);
  return owner.capability;
}

function countResources(stack: TerraformStack): SynthesizedStack["resources"] {
  const counts: Partial<Record<CapabilityName, number>> = {};
  for (const resource of stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node))) {
    const capability = capabilityOf(resource);
    counts[capability] = (counts[capability] ?? 0) + 1;
  }
  return counts;
}

/** Builds the stacks in memory and writes them; `carried` is for files that the writing copies. */
function synthesizeWith(options: SynthesisOptions, carried: string): SynthesizedStack[] {
  const { inventory, facts, table, outdir, only, onStack } = options;
  const plans = stackPlan(inventory).filter(({ name }) => only === undefined || only.includes(name));
  requireImage(inventory, plans);
  const code = {
    table: carriedFile(carried, "routing.table", table),
    lambda: carriedFile(carried, "redirector.zip", lambdaZip(fallbackTable(decodeRoutingTable(table)))),
  };
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  const stacks = plans.map((plan, index) => {
    const stack = { ...plan, resources: countResources(addStack(app, plan, { inventory, facts, code })) };
    onStack?.(stack, index + 1, plans.length);
    return stack;
  });
  app.synth();
  return stacks;
}

/**
 * Synthesizes the stacks of an inventory. The same inputs give the same bytes.
 *
 * @throws StandInImage, with nothing written, if a stack would run an image that does not exist
 */
export function synthesize(options: SynthesisOptions): SynthesizedStack[] {
  const carried = mkdtempSync(join(tmpdir(), "mirrorform-"));
  // Every token of CDKTF captures a stack trace, 42 % of the time of a synthesis, and nothing here reads them.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return synthesizeWith(options, carried);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    rmSync(carried, { recursive: true });
  }
}

function main(): void {
  const project = checkProject({ inventory: "mirrors.yaml" }, new Date());
  for (const problem of project.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (!project.ok) process.exit(1);
  const { inventory, facts, ranges, changed } = project;
  const table = compileRoutingTable(inventory, facts, ranges, changed);
  synthesize({ inventory, facts, table, outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out" });
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof RangesUnreadable || error instanceof StandInImage)) throw error;
    process.stderr.write(`${printableLines(error.message)}\n`);
    process.exitCode = 1;
  }
}
