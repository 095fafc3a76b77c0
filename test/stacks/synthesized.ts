import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { withoutStackTraces } from "../../stacks/without-stack-traces";

/** The arguments of a resource or data source, with Terraform's names. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Arguments by type, then by logical id. */
export type Blocks = Readonly<Record<string, Readonly<Record<string, Arguments>>>>;

/** A stack's `cdk.tf.json`, without CDKTF's own notes (`//`). Missing blocks are empty objects. */
export interface SynthesizedStack {
  readonly terraform: Readonly<Record<string, unknown>>;
  readonly provider: Readonly<Record<string, readonly Arguments[]>>;
  readonly resource: Blocks;
  readonly data: Blocks;
  readonly output: Readonly<Record<string, { readonly value: unknown }>>;
}

/**
 * The stacks of an app, by name, as the text of their `cdk.tf.json`: written to a temporary folder as `cdktf synth` does,
 * read back, and removed. `Testing.synth` would skip the last preparations of a stack and its validations.
 */
export function synthesizedTexts(build: (app: App) => void): Record<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), "mirrorform-synthesized-"));
  try {
    withoutStackTraces(() => {
      const app = new App({ outdir, stackTraces: false });
      build(app);
      app.synth();
    });
    const stacks = join(outdir, "stacks");
    const file = (stack: string) => join(stacks, stack, "cdk.tf.json");
    return Object.fromEntries(readdirSync(stacks).map((stack) => [stack, readFileSync(file(stack), "utf8")]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The stacks of an app, by name, as data. */
export function synthesized(build: (app: App) => void): Record<string, SynthesizedStack> {
  return Object.fromEntries(Object.entries(synthesizedTexts(build)).map(([stack, text]) => [stack, parsed(text)]));
}

/** The stack of an app that has only one. */
export function synthesizedStack(build: (app: App) => void): SynthesizedStack {
  const [stack, ...others] = Object.values(synthesized(build));
  if (stack === undefined || others.length > 0) throw new Error("expected exactly one stack");
  return stack;
}

/** All resources of a type, in the order of their addresses. */
export function resourcesOf(stack: SynthesizedStack, type: string): Arguments[] {
  return Object.entries(stack.resource[type] ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, body]) => body);
}

/** The addresses of all resources, sorted: `aws_s3_bucket.bucket-us-east-2_bucket_840C503A`. */
export function addresses({ resource }: SynthesizedStack): string[] {
  return Object.entries(resource)
    .flatMap(([type, bodies]) => Object.keys(bodies).map((id) => `${type}.${id}`))
    .sort();
}

function parsed(text: string): SynthesizedStack {
  const withoutNotes = (key: string, value: unknown) => (key === "//" ? undefined : value);
  const stack = JSON.parse(text, withoutNotes);
  return { terraform: {}, provider: {}, resource: {}, data: {}, output: {}, ...stack };
}
