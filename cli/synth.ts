import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CapabilityName } from "../constructs/capability";
import { type SynthesizedStack, synthesize } from "../main";
import { stackPlan } from "../stacks/stack-plan";
import { exitStatus, Failure } from "./failure";
import { type CheckedProject, loadProject, type ProjectOptions } from "./load-project";
import { textTable } from "./text-table";

const capabilities: readonly CapabilityName[] = [
  "foundation",
  "registry",
  "bucket",
  "replication",
  "dns",
  "redirector",
];

/** The stacks and what each holds, as a table. */
export function stackTable(stacks: readonly SynthesizedStack[]): string {
  const total = ({ resources }: SynthesizedStack) => Object.values(resources).reduce((sum, count) => sum + count, 0);
  const row = (stack: SynthesizedStack) => [
    stack.name,
    stack.provider.cloud,
    ...capabilities.map((capability) => stack.resources[capability] ?? ""),
    total(stack),
  ];
  return textTable(["stack", "cloud", ...capabilities, "resources"], stacks.map(row));
}

function progress({ name }: SynthesizedStack, done: number, of: number): void {
  process.stderr.write(`  ${String(done).padStart(String(of).length)}/${of} ${name}\n`);
}

/**
 * Synthesizes a project's stacks into a directory, which afterwards holds these and no others. What was there stays
 * until all is written.
 */
export function synthesizeInto(
  { inventory, facts, ranges }: CheckedProject & { readonly ok: true },
  out: string,
  only?: readonly string[],
): SynthesizedStack[] {
  const unfinished = join(out, "unfinished");
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    const stacks = synthesize({
      inventory,
      facts,
      ranges,
      outdir: unfinished,
      ...(only && { only }),
      onStack: progress,
    });
    for (const entry of ["stacks", "manifest.json"]) {
      rmSync(join(out, entry), { recursive: true, force: true });
      if (existsSync(join(unfinished, entry))) renameSync(join(unfinished, entry), join(out, entry));
    }
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
    throw new Failure(exitStatus.wrongUsage, `there is no stack ${unknown.join(", ")}; there are ${names.join(", ")}`);
  }
  const stacks = synthesizeInto(project, options.out, options.stack);
  if (!options.json) {
    process.stdout.write(stackTable(stacks));
    return;
  }
  const told = stacks.map(({ name, provider, resources }) => ({ name, cloud: provider.cloud, resources }));
  process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
}
