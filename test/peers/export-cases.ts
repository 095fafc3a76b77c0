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
import { freePort } from "./free-port";

/** A program that runs a configuration of ours. */
export type ExportProgram = "nginx" | "envoy";

interface Way {
  readonly file: string;
  readonly configuration: (options: ExportOptions) => Exported;
  /** The arguments that make it stay in the foreground, with nothing outside of the folder. */
  readonly args: (folder: string, file: string) => readonly string[];
}

const ways: Readonly<Record<ExportProgram, Way>> = {
  nginx: {
    file: "nginx.conf",
    configuration: nginxConfiguration,
    args: (folder, file) => ["-p", folder, "-c", file, "-g", "daemon off;"],
  },
  envoy: {
    file: "envoy.yaml",
    configuration: envoyConfiguration,
    // Without the second, two Envoys of one machine would take one another for the one before.
    args: (_, file) => ["-c", file, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "error"],
  },
};

/** How long a program may take until it answers, in milliseconds: it reads tens of thousands of prefixes. */
const patience = 30_000;

async function untilItAnswers(port: number, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + patience;
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
 * Starts a program with the configuration that is exported for it, on loopback and with everything in a temporary
 * folder, runs all cases against it, and ends it.
 *
 * @param path the program's binary
 * @throws Error where it does not start, with what it said
 */
async function runExport(program: ExportProgram, path: string): Promise<Conformance> {
  const folder = mkdtempSync(join(tmpdir(), `mirrorform-${program}-`));
  const { file, configuration, args } = ways[program];
  const place = join(folder, file);
  const port = await freePort();
  const listen = { host: "127.0.0.1", port };
  const options = { table: conformanceTable(), today: dayOf(today), clientAddress: clientRule, listen };
  writeFileSync(place, configuration(options).text);
  const child = spawn(path, [...args(folder, place)], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  const ended = once(child, "close");
  try {
    await untilItAnswers(port, () => child.exitCode !== null);
    return await runConformance(program, socketCarrier(port));
  } catch (error) {
    throw new Error(`${program}: ${(error as Error).message}\n${said}`);
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs all cases against a program, and prints a line for each that fails.
 *
 * @param tell takes a line
 * @returns what a report tells: how many passed, and how many of those are named differences
 * @throws Error where it does not start, or a case fails
 */
export async function checkExport(program: ExportProgram, path: string, tell: (line: string) => void): Promise<string> {
  const { passed, differences, failures } = await runExport(program, path);
  for (const failure of failures) tell(failure);
  if (failures.length > 0) throw new Error(`${failures.length} of ${passed + failures.length} cases fail`);
  return `${passed} cases, ${differences} of them named differences`;
}
