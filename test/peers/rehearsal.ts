import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { DeployedFacts } from "../../facts/deployed-facts";
import { smallFacts } from "../stacks/stacks";
import { findProgram, peersFolder } from "./find-tools";
import { runProgram } from "./program";
import { runMirrorform } from "./redirector";

/**
 * A program that applies stacks with Terraform to an emulator of AWS (moto), and checks that a second plan is empty. Its
 * arguments are the stacks' directories.
 */
const applyProgram = process.env.REHEARSE_AWS;

/** An inventory, the facts of its deployment, and its stacks at AWS in the order of a deployment. */
export interface Rehearsed {
  readonly inventory: string;
  readonly facts: DeployedFacts;
  readonly stacks: readonly string[];
}

/** moto has no ECR Public, so its repositories are removed from the inventory and from the deployed facts. */
const publicRegistry = "registry: { repositories: [pause] }, ";

function factsWithoutRegistries(): DeployedFacts {
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

/** Says what is missing for a rehearsal and how to get it; undefined if nothing is. */
export async function findMissingForRehearsal(): Promise<string | undefined> {
  if (applyProgram === undefined || !existsSync(applyProgram)) {
    return "set REHEARSE_AWS to a program that applies stacks to an emulator of AWS and plans them again";
  }
  if (!findProgram("terraform")) return "install Terraform (https://developer.hashicorp.com/terraform/install)";
  if (!(await hasEmulator())) return "install the emulator: pip install 'moto[server]'";
  return undefined;
}

/** With deployed facts, the zone has records of every kind, and roles trust the account at Google. */
export const rehearsed: readonly Rehearsed[] = [
  {
    inventory: "small",
    facts: factsWithoutRegistries(),
    stacks: ["aws-bootstrap", "aws-storage", "aws-dns", "aws-redirector"],
  },
  {
    inventory: "promotion",
    facts: { google: { promoter: { account: "104892101782432103941" } } },
    stacks: ["aws-bootstrap", "aws-storage", "aws-staging"],
  },
];

function writeInventory(name: string, facts: DeployedFacts): string {
  const fixture = join(__dirname, "../fixtures/inventories", `${name}.yaml`);
  const text = readFileSync(fixture, "utf8");
  if (!text.includes(publicRegistry)) throw new Error(`${fixture} has no ${publicRegistry}`);
  const file = join(peersFolder, "rehearsal", name, "mirrors.yaml");
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text.replace(publicRegistry, ""));
  writeFileSync(join(file, "..", "deployed.yaml"), stringify(facts));
  return file;
}

/**
 * Synthesizes an inventory, and applies its AWS stacks to moto, which `moto/sitecustomize.py` completes.
 *
 * @returns what was applied, one line per stack
 * @throws Error if a stack cannot be applied, or its second plan is not empty
 */
export async function rehearse({ inventory, facts, stacks }: Rehearsed): Promise<string> {
  const out = join(peersFolder, "rehearsal", inventory);
  await runMirrorform("synth", "--inventory", writeInventory(inventory, facts), "--out", out);
  const directories = stacks.map((stack) => join(out, "stacks", stack));
  return runProgram(applyProgram ?? "", directories, { ...process.env, PYTHONPATH: join(__dirname, "moto") });
}
