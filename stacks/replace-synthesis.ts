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

/** Removes what a synthesis wrote into a stack's directory, and the directory if nothing else is in it. */
function removeStack(directory: string): void {
  for (const name of written) rmSync(join(directory, name), { recursive: true, force: true });
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
}

function replaceStack(from: string, to: string): void {
  removeStack(to);
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
}

/**
 * Replaces the stacks of an earlier synthesis. They stay until all new ones are built; then each new stack replaces its own
 * files, and the stacks that are no longer planned are removed.
 *
 * @param out the directory of both
 * @param isPartial whether only some stacks are synthesized: then the others stay
 * @param synthesize writes the new stacks into the directory that it is given
 */
export function replaceSynthesis<T>(out: string, isPartial: boolean, synthesize: (outdir: string) => T): T {
  mkdirSync(out, { recursive: true });
  const unfinished = mkdtempSync(join(out, ".unfinished-"));
  try {
    const result = synthesize(unfinished);
    const [before, now] = [readManifest(out), readManifest(unfinished)];
    for (const name of Object.keys(now.stacks)) {
      replaceStack(join(unfinished, "stacks", name), join(out, "stacks", name));
    }
    const others = Object.entries(before.stacks).filter(([name]) => !(name in now.stacks));
    renameSync(join(unfinished, "manifest.json"), join(out, "manifest.json"));
    if (isPartial) addToManifest(out, others);
    else for (const [name] of others) removeStack(join(out, "stacks", name));
    return result;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
