import { existsSync } from "node:fs";
import { join } from "node:path";
import { findProgram, peersFolder } from "./find-tools";
import { runProgram } from "./program";
import { mirrorform } from "./redirector";

/** Applies stacks with Terraform to an emulator of AWS, and asks for a second plan, which must be empty. */
const tool = join(__dirname, "../../../shared/tools/rehearse-aws");
const inventory = join(__dirname, "../fixtures/inventories/small.yaml");

/** In the order in which a deployment needs them. */
const stacks = ["aws-storage", "aws-dns", "aws-redirector"];

async function hasEmulator(): Promise<boolean> {
  const python = findProgram("python3");
  if (python === undefined) return false;
  return runProgram(python, ["-c", "import moto.server"], process.env).then(
    () => true,
    () => false,
  );
}

/** What is missing for a rehearsal, and how to get it; nothing where all is there. */
export async function rehearsalLacks(): Promise<string | undefined> {
  if (!existsSync(tool)) return "the program that rehearses AWS stacks is not beside this clone";
  if (!findProgram("terraform")) return "install Terraform (https://developer.hashicorp.com/terraform/install)";
  if (!(await hasEmulator())) return "install the emulator: pip install 'moto[server]'";
  return undefined;
}

/**
 * Synthesizes the small inventory, and applies its AWS stacks for real.
 *
 * @returns what was applied, a line a stack
 * @throws Error where a stack cannot be applied, or where its second plan is not empty
 */
export async function rehearse(): Promise<string> {
  const out = join(peersFolder, "rehearsal");
  await mirrorform("synth", "--inventory", inventory, "--out", out);
  return runProgram(
    tool,
    stacks.map((stack) => join(out, "stacks", stack)),
    process.env,
  );
}
