import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkSchema } from "../document/check-schema";
import { printable } from "../document/printable";
import { readBytes } from "../document/read-bytes";
import { deployedFactsSchema, factOutputs } from "../facts/deployed-facts-schema";
import type { StackFacts } from "../facts/merge-deployed-facts";
import { inventoryWords } from "../inventory/inventory-words";
import { UnusableProject } from "./unusable-project";

/** One stack's outputs, as `terraform output -json` prints them. */
export interface StackOutputs {
  readonly stack: string;
  /** The file or program that they come from, for messages. */
  readonly source: string;
  readonly text: string;
}

/** Outputs are a few kilobytes; a larger file is the wrong one. */
const mostBytes = 4 * 1024 * 1024;
/** How long Terraform may take, in milliseconds; reading a state from a bucket takes seconds. */
const timeoutMilliseconds = 120_000;

/** Reads a stack's outputs from a file. @throws UnusableProject */
export function readOutputs(stack: string, file: string): StackOutputs {
  const bytes = readBytes(file, inventoryWords, mostBytes);
  if (bytes instanceof Uint8Array) return { stack, source: file, text: Buffer.from(bytes).toString("utf8") };
  throw new UnusableProject(`${file}: ${bytes.message}`);
}

/** How to run Terraform for outputs. */
export interface OutputQuery {
  /** The stacks whose outputs are deployed facts, in order. */
  readonly stacks: readonly string[];
  /** Where `synth` wrote them. */
  readonly directory: string;
  /** The program that prints outputs: Terraform, or OpenTofu. */
  readonly program: string;
  /** Called for each stack that is not initialized. */
  readonly onSkipped: (stack: string) => void;
}

/**
 * Runs Terraform for the outputs of every stack that is initialized here.
 *
 * @throws UnusableProject if no stack is initialized, or Terraform fails
 */
export function queryOutputs({ stacks, directory, program, onSkipped }: OutputQuery): StackOutputs[] {
  const folderOf = (stack: string): string => join(directory, "stacks", stack);
  const initialized = stacks.filter((stack) => existsSync(join(folderOf(stack), ".terraform")));
  if (initialized.length === 0) {
    throw new UnusableProject(
      `no stack in ${join(directory, "stacks")} is initialized: run \`${program} -chdir=${folderOf(stacks[0] ?? "aws-storage")} init\` first, or pass files with outputs`,
    );
  }
  stacks.filter((stack) => !initialized.includes(stack)).forEach(onSkipped);
  return initialized.map((stack) => queryStack(stack, folderOf(stack), program));
}

function queryStack(stack: string, folder: string, program: string): StackOutputs {
  const words = [`-chdir=${folder}`, "output", "-json", "-no-color"];
  const run = spawnSync(program, words, { encoding: "utf8", timeout: timeoutMilliseconds, maxBuffer: mostBytes });
  const source = `${program} ${words.join(" ")}`;
  const { code } = (run.error ?? {}) as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    throw new UnusableProject(
      `${program} is not on the PATH: choose another program with --terraform, or save the outputs to files and pass those: \`terraform ${words.slice(0, 3).join(" ")} > ${stack}.json\``,
    );
  }
  if (run.error || run.status !== 0) {
    const message = (run.stderr ?? "").trim() || run.error?.message || `exit status ${run.status}`;
    throw new UnusableProject(`${source} failed; nothing was written:\n${indent(message)}`);
  }
  return { stack, source, text: run.stdout };
}

/** Makes a program's output safe to print, and indents it. */
function indent(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `  ${printable(line)}`)
    .join("\n");
}

/**
 * Converts a stack's outputs to the values of `deployed.yaml`: without the final dots of DNS names.
 *
 * @throws UnusableProject if the text is not a stack's outputs, or they are not valid facts
 */
export function parseOutputs({ source, text }: StackOutputs, provider: string): StackFacts {
  const outputs = parseObject(source, text);
  const entries = factOutputs.flatMap((fact) => {
    const output = Object.hasOwn(outputs, fact) ? outputs[fact] : undefined;
    if (output === undefined) return [];
    if (typeof output !== "object" || output === null || !("value" in output)) {
      throw new UnusableProject(
        `${source}: the output \`${fact}\` has no value. Is this the output of \`terraform output -json\`?`,
      );
    }
    return [[fact, withoutFinalDots(output.value)] as const];
  });
  const facts = Object.fromEntries(entries);
  requireFacts(source, provider, facts);
  return { provider, facts };
}

function parseObject(source: string, text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  throw new UnusableProject(`${source}: this is not the output of \`terraform output -json\``);
}

function requireFacts(source: string, provider: string, facts: StackFacts["facts"]): void {
  const refused = checkSchema(deployedFactsSchema, { [provider]: facts }, inventoryWords);
  if (refused.length === 0) return;
  const words = refused.map(({ path, message }) => `  ${path.slice(1).join(".")}: ${message}`);
  throw new UnusableProject(
    `${source}: these outputs are not valid deployed facts; nothing was written:\n${words.map(printable).join("\n")}`,
  );
}

function withoutFinalDots(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\.$/, "");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutFinalDots(member)]));
}
