import type { CapabilityName } from "../constructs/capability";
import { printable, printableJson } from "../document/printable";
import type { Inventory } from "../inventory/inventory";
import { lambdaZip } from "../packaging/lambda-zip";
import type { ProjectOptions } from "../project/check-project";
import { type CompiledTable, compileTable, loadProject, type SoundProject } from "../project/load-project";
import { fallbackTable } from "../routing/fallback-table";
import { replaceSynthesis } from "../stacks/replace-synthesis";
import { stackPlan } from "../stacks/stack-plan";
import { requireImage, StandInImage } from "../stacks/stand-in-image";
import type { SynthesizedStack } from "../stacks/synthesize";
import { exitStatus, Failure } from "./failure";
import { printMessage } from "./print-message";
import { formatTable } from "./text-table";

/** In the order in which the table lists them. */
const capabilities: readonly CapabilityName[] = [
  "state",
  "audit-log",
  "foundation",
  "image-repository",
  "registry",
  "identity-provider",
  "deployer",
  "promoter",
  "promoter-job",
  "bucket",
  "replication",
  "dns",
  "certificate",
  "routing-table",
  "table-audit",
  "redirector",
  "load-balancer",
  "staging",
  "promoter-access",
];

/** Formats the stacks as a table, with their Terraform resources in total and per capability. */
export function formatStacks(stacks: readonly SynthesizedStack[]): string {
  const rows = stacks.map(({ name, cloud, resources }) => {
    const held = capabilities.filter((capability) => resources[capability] !== undefined);
    const total = held.reduce((sum, capability) => sum + (resources[capability] ?? 0), 0);
    return [name, cloud, total, held.map((capability) => `${capability} ${resources[capability]}`).join(", ")];
  });
  return formatTable(["stack", "cloud", "resources", "capabilities"], rows);
}

function printProgress({ name }: SynthesizedStack, done: number, of: number): void {
  printMessage(`  ${String(done).padStart(String(of).length)}/${of} ${name}`);
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
 * Synthesizes a project's stacks into a directory, and replaces those of an earlier synthesis.
 *
 * @param only the names of the stacks to synthesize. @default all
 */
export function synthesizeInto(
  { inventory, facts }: SoundProject,
  { table, bytes }: CompiledTable,
  out: string,
  only?: readonly string[],
): SynthesizedStack[] {
  requireRealImage(inventory, only);
  // Loaded here, because CDKTF and the resources of three providers take a second, and no other command needs them.
  const { synthesize } = require("../stacks/synthesize") as typeof import("../stacks/synthesize");
  const lambda = lambdaZip(fallbackTable(table));
  return replaceSynthesis(out, only !== undefined, (outdir) =>
    synthesize({ inventory, facts, table: bytes, lambda, outdir, ...(only && { only }), onStack: printProgress }),
  );
}

interface SynthOptions extends ProjectOptions {
  readonly out: string;
  readonly stack?: readonly string[];
  readonly json?: boolean;
}

/**
 * `synth`: does what `cdktf synth` does, without its CLI.
 *
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if a stack is unknown, or would run an image that does not exist
 */
export function synthCommand(options: SynthOptions): void {
  const project = loadProject(options);
  const names = stackPlan(project.inventory).map(({ name }) => name);
  const unknown = options.stack?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new Failure(
      exitStatus.wrongUsage,
      `unknown stack ${printable(unknown.join(", "))}; ${names.length > 0 ? `the stacks are ${names.join(", ")}` : "this inventory uses no cloud, so it has no stacks"}`,
    );
  }
  const stacks = synthesizeInto(project, compileTable(project), options.out, options.stack);
  if (!options.json) {
    process.stdout.write(formatStacks(stacks));
    return;
  }
  const result = stacks.map(({ name, cloud, resources }) => ({ name, cloud, resources }));
  process.stdout.write(`${printableJson(result, 2)}\n`);
}
