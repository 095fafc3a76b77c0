import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { AuditReport } from "../../promotion/audit/audit-report";
import { endWithThisProcess, lastLines, runProgram } from "./program";
import type { PromotionStores } from "./promotion-stores";
import { clientEnvironment } from "./run-cases";

const command = join(__dirname, "../../bin/mirrorform.js");

/** How long a command may take, in milliseconds: it waits for a lease for at most two minutes. */
const longestRun = 240_000;

/** How a command ended. */
export interface Ending {
  /** Null if it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ending: Promise<Ending>;
}

/** Credentials for the stores, and their endpoints. @param home without settings of a user */
function environmentFor({ google, s3, azureConnection }: PromotionStores, home: string): NodeJS.ProcessEnv {
  const keys = { AWS_ACCESS_KEY_ID: "trial", AWS_SECRET_ACCESS_KEY: "trial-secret" };
  const named = { MIRRORFORM_TRIAL_ACCESS_KEY_ID: "trial", MIRRORFORM_TRIAL_SECRET_ACCESS_KEY: "trial-secret" };
  const logins = { MIRRORFORM_TRIAL_USERNAME: "trial", MIRRORFORM_TRIAL_PASSWORD: "trial-secret" };
  const clouds = { STORAGE_EMULATOR_HOST: google.url, AWS_ENDPOINT_URL_S3: s3.url, NO_GCE_CHECK: "1" };
  const endpoints = { ...clouds, AZURE_STORAGE_CONNECTION_STRING: azureConnection };
  return { ...clientEnvironment(home), ...keys, ...named, ...logins, ...endpoints };
}

/** Starts `mirrorform promote …` with credentials for the stores only. @param home without settings of a user */
export function startPromote(
  stores: PromotionStores,
  home: string,
  inventory: string,
  ...args: readonly string[]
): RunningCommand {
  return startCommand(stores, home, inventory, "promote", ...args);
}

function startCommand(
  stores: PromotionStores,
  home: string,
  inventory: string,
  ...args: readonly string[]
): RunningCommand {
  const env = environmentFor(stores, home);
  const common = ["--inventory", inventory, "--allow-private-mirrors"];
  const child = spawn(process.execPath, [command, ...args, ...common], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: longestRun,
    killSignal: "SIGKILL",
  });
  endWithThisProcess(child);
  const ending = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr]) => ({ status: child.exitCode, stdout, stderr }),
  );
  return { child, ending };
}

/** Does the same, and waits for its end. @throws Error if its exit status is another one, with the last lines of its output */
export async function runPromote(
  stores: PromotionStores,
  home: string,
  inventory: string,
  args: readonly string[],
  expected = 0,
): Promise<Ending> {
  const ending = await startPromote(stores, home, inventory, ...args).ending;
  if (ending.status === expected) return ending;
  const output = lastLines(`${ending.stdout}\n${ending.stderr}`, 20);
  throw new Error(`mirrorform promote ${args.join(" ")}: exit status ${ending.status}, not ${expected}\n${output}`);
}

/** Runs `mirrorform audit --json`. @returns its report @throws Error if its exit status is another one */
export async function runAudit(
  stores: PromotionStores,
  home: string,
  inventory: string,
  args: readonly string[],
  expected: number,
): Promise<AuditReport> {
  const { status, stdout, stderr } = await startCommand(stores, home, inventory, "audit", "--json", ...args).ending;
  if (status === expected) return JSON.parse(stdout);
  const output = lastLines(`${stdout}\n${stderr}`, 40);
  throw new Error(`mirrorform audit ${args.join(" ")}: exit status ${status}, not ${expected}\n${output}`);
}

/** Runs `mirrorform promote snapshot`, which needs no inventory. @returns the manifest @throws Error if it fails */
export function runSnapshot(stores: PromotionStores, home: string, place: string): Promise<string> {
  return runProgram(process.execPath, [command, "promote", "snapshot", place], environmentFor(stores, home));
}
