import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { DeployedFacts } from "../../facts/deployed-facts";
import { smallFacts } from "../stacks/stacks";
import { findProgram, peersFolder } from "./find-tools";
import { runProgram } from "./program";
import { mirrorform } from "./redirector";

/**
 * A program that applies stacks with Terraform to an emulator of AWS (moto), and asks for a second plan, which must be
 * empty: it takes the stacks' directories.
 */
const tool = process.env.REHEARSE_AWS;
const small = join(__dirname, "../fixtures/inventories/small.yaml");

/** In the order in which a deployment needs them. */
const stacks = ["aws-storage", "aws-dns", "aws-redirector"];

/** moto has no ECR Public: its repositories are left out, of the inventory and of what is deployed. */
const publicRegistry = "registry: { repositories: [pause] }, ";

function rehearsedFacts(): DeployedFacts {
  const { aws } = smallFacts;
  return { ...smallFacts, aws: { ...aws, stores: { ...aws?.stores, registry: [] } } };
}

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
  if (tool === undefined || !existsSync(tool)) {
    return "name in REHEARSE_AWS a program that applies stacks to an emulator of AWS, and plans them again";
  }
  if (!findProgram("terraform")) return "install Terraform (https://developer.hashicorp.com/terraform/install)";
  if (!(await hasEmulator())) return "install the emulator: pip install 'moto[server]'";
  return undefined;
}

function rehearsedInventory(): string {
  const text = readFileSync(small, "utf8");
  if (!text.includes(publicRegistry)) throw new Error(`${small} has no ${publicRegistry}`);
  const file = join(peersFolder, "rehearsal", "mirrors.yaml");
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text.replace(publicRegistry, ""));
  // With facts the zone has records of every kind.
  writeFileSync(join(file, "..", "deployed.yaml"), stringify(rehearsedFacts()));
  return file;
}

/**
 * Synthesizes the small inventory, and applies its AWS stacks for real, to a moto that `moto/sitecustomize.py` completes.
 *
 * @returns what was applied, a line a stack
 * @throws Error where a stack cannot be applied, or where its second plan is not empty
 */
export async function rehearse(): Promise<string> {
  const out = join(peersFolder, "rehearsal");
  await mirrorform("synth", "--inventory", rehearsedInventory(), "--out", out);
  const directories = stacks.map((stack) => join(out, "stacks", stack));
  return runProgram(tool ?? "", directories, { ...process.env, PYTHONPATH: join(__dirname, "moto") });
}
