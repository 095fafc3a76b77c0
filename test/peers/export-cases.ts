import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { envoyConfiguration } from "../../exports/envoy/envoy-configuration";
import type { Exported, ExportOptions } from "../../exports/export-options";
import { nginxConfiguration } from "../../exports/nginx/nginx-configuration";
import { dayOf } from "../../routing/conditions";
import { clientRule, conformanceTable, socketCarrier } from "../conformance/carriers";
import { rawRequest } from "../conformance/raw-request";
import { type Conformance, runConformance } from "../conformance/run-cases";
import { today } from "../routing/tables";
import { findFreePort } from "./find-free-port";

/** A program that runs an exported configuration. */
export type ExportProgram = "nginx" | "envoy";

interface Launch {
  readonly file: string;
  readonly configuration: (options: ExportOptions) => Exported;
  /** Arguments that keep it in the foreground, and all its files in the folder. */
  readonly args: (folder: string, file: string) => readonly string[];
}

const launches: Readonly<Record<ExportProgram, Launch>> = {
  nginx: {
    file: "nginx.conf",
    configuration: nginxConfiguration,
    args: (folder, file) => ["-p", folder, "-c", file, "-g", "daemon off;"],
  },
  envoy: {
    file: "envoy.yaml",
    configuration: envoyConfiguration,
    // Without the dynamic base id, two Envoys on one machine each assume that the other is their predecessor.
    args: (_, file) => ["-c", file, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "error"],
  },
};

/** How long a program may take to start answering, in milliseconds: it reads tens of thousands of prefixes. */
const startLimit = 30_000;

async function waitForAnswer(port: number, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + startLimit;
  for (;;) {
    try {
      await rawRequest(port, { method: "GET", target: "/", host: "localhost", headers: [] });
      return;
    } catch (error) {
      if (hasEnded() || Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}

/**
 * Starts a program with its exported configuration, on loopback and with all files in a temporary folder, runs all cases
 * against it, and stops it.
 *
 * @param path the program's binary
 * @throws Error if it does not start, with its output
 */
async function runExport(program: ExportProgram, path: string): Promise<Conformance> {
  const folder = mkdtempSync(join(tmpdir(), `mirrorform-${program}-`));
  const { file, configuration, args } = launches[program];
  const configurationFile = join(folder, file);
  const port = await findFreePort();
  const listen = { host: "127.0.0.1", port };
  const options = { table: conformanceTable(), today: dayOf(today), clientAddress: clientRule, listen };
  writeFileSync(configurationFile, configuration(options).text);
  const child = spawn(path, [...args(folder, configurationFile)], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (text) => {
    output = `${output}${text}`.slice(-2000);
  });
  const ended = once(child, "close");
  try {
    await waitForAnswer(port, () => child.exitCode !== null);
    return await runConformance(program, socketCarrier(port));
  } catch (error) {
    throw new Error(`${program}: ${(error as Error).message}\n${output}`);
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs all cases against a program, and prints a line for each that fails.
 *
 * @param print is called with each line
 * @returns a line for the report: how many cases passed, and how many of them are documented differences
 * @throws Error if it does not start, or a case fails
 */
export async function checkExport(
  program: ExportProgram,
  path: string,
  print: (line: string) => void,
): Promise<string> {
  const { passed, differences, failures } = await runExport(program, path);
  for (const failure of failures) print(failure);
  if (failures.length > 0) throw new Error(`${failures.length} of ${passed + failures.length} cases fail`);
  return `${passed} cases, ${differences} of them documented differences`;
}
