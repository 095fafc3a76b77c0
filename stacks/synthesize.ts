import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { CapabilityName } from "../constructs/capability";
import type { DeployedFacts } from "../facts/deployed-facts";
import type { Inventory } from "../inventory/inventory";
import { addStack } from "./add-stack";
import { countResources } from "./count-resources";
import type { CarriedFile } from "./redirector-code";
import { type PlannedStack, stackPlan } from "./stack-plan";
import { requireImage } from "./stand-in-image";
import { withoutStackTraces } from "./without-stack-traces";

/** One synthesized stack. */
export type SynthesizedStack = PlannedStack & {
  /** How many resources each capability creates. */
  readonly resources: Readonly<Partial<Record<CapabilityName, number>>>;
};

/** What to synthesize, and where. */
export interface SynthesisOptions {
  readonly inventory: Inventory;
  readonly facts: DeployedFacts;
  /** The compiled routing table. Redirector stacks carry a copy. */
  readonly table: Uint8Array;
  /** The zip of the redirector's Lambda. Redirector stacks at AWS carry a copy. */
  readonly lambda: Uint8Array;
  /** The directory for the stacks (`stacks/<name>/cdk.tf.json`). Created if missing; existing files are kept. */
  readonly outdir: string;
  /** The names of the stacks to synthesize. @default all */
  readonly only?: readonly string[];
  /** Called after each stack is built, before anything is written. @default none */
  readonly onStack?: (stack: SynthesizedStack, done: number, of: number) => void;
}

function writeCarriedFile(directory: string, name: string, bytes: Uint8Array): CarriedFile {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return { path, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Builds the stacks in memory, then writes them. CDKTF copies assets from files, so `carried` holds them meanwhile. */
function synthesizeWith(options: SynthesisOptions, carried: string): SynthesizedStack[] {
  const { inventory, facts, table, lambda, outdir, only, onStack } = options;
  const plans = stackPlan(inventory).filter(({ name }) => only === undefined || only.includes(name));
  requireImage(plans);
  const code = {
    table: writeCarriedFile(carried, "routing.table", table),
    lambda: writeCarriedFile(carried, "redirector.zip", lambda),
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
 * @throws StandInImage before anything is written, if a stack would run a placeholder image
 */
export function synthesize(options: SynthesisOptions): SynthesizedStack[] {
  const carried = mkdtempSync(join(tmpdir(), "mirrorform-"));
  try {
    return withoutStackTraces(() => synthesizeWith(options, carried));
  } finally {
    rmSync(carried, { recursive: true });
  }
}
