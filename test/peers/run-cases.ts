import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { checkLog } from "./check-log";
import type { ClientCase } from "./client-case";
import { runProgram } from "./program";
import type { Redirector } from "./redirector";
import type { Report } from "./report";
import type { TestServers } from "./test-servers";

/** Properties of {@link runCases}. */
export interface CasesOptions {
  readonly servers: TestServers;
  readonly redirector: Redirector;
  /** The mirror that must serve blobs and files. */
  readonly contentFrom: string;
  /** For the files that clients write. */
  readonly folder: string;
  /** The path of a case's client; undefined if something that the case needs is missing. */
  clientOf(clientCase: ClientCase): string | undefined;
}

/** The file of apt's settings, which apt reads before the system's. @param home of the client */
export const aptConfigurationFile = (home: string): string => join(home, "apt.conf");

/**
 * Environment in which clients do not find the user's credentials, settings and proxy. Most clients have a variable for
 * that; curl and skopeo look into the home.
 */
export function clientEnvironment(home: string): NodeJS.ProcessEnv {
  const own = { HOME: home, XDG_RUNTIME_DIR: home, DOCKER_CONFIG: home, REGCTL_CONFIG: join(home, "regctl.json") };
  const direct = { NO_PROXY: "*", no_proxy: "*" };
  return { ...process.env, ...own, ...direct, APT_CONFIG: aptConfigurationFile(home) };
}

async function runCase(
  clientCase: ClientCase,
  path: string,
  { servers, redirector, contentFrom, folder }: CasesOptions,
): Promise<void> {
  const home = mkdtempSync(join(folder, "case-"));
  const work = join(home, "work");
  mkdirSync(work);
  await clientCase.check({
    redirector: `127.0.0.1:${redirector.port}`,
    folder: work,
    image: servers.image,
    files: servers.files,
    run: (...args) => runProgram(path, args, clientEnvironment(home)),
  });
  checkLog(await redirector.takeNewLines(), contentFrom, clientCase.requests);
}

/** Runs cases one after another, and prints a row for each. */
export async function runCases(cases: readonly ClientCase[], options: CasesOptions, report: Report): Promise<void> {
  for (const one of cases) {
    const path = options.clientOf(one);
    if (path === undefined) {
      report.printRow("skipped", one.client, one.name);
      continue;
    }
    try {
      await runCase(one, path, options);
      report.printRow("passed", one.client, one.name);
    } catch (error) {
      await options.redirector.takeNewLines();
      report.printRow("failed", one.client, one.name, (error as Error).message);
    }
  }
}
