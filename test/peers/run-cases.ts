import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { checkLog } from "./check-log";
import { runProgram } from "./program";
import type { Redirector } from "./redirector";
import type { Report } from "./report";
import type { Stage } from "./stage";
import type { Case } from "./trial";

/** What cases are run with. */
export interface Setting {
  readonly stage: Stage;
  readonly redirector: Redirector;
  /** The mirror that blobs and files must come from. */
  readonly contentFrom: string;
  /** Takes what clients write. */
  readonly folder: string;
  /** The path of a case's client; nothing where something that the case needs is missing. */
  clientOf(of: Case): string | undefined;
}

/** Where apt's settings are, which it reads before those of the system. @param home of the client */
export const aptConfiguration = (home: string): string => join(home, "apt.conf");

/**
 * Clients see nothing of the person who runs them: no credentials, no settings, and no proxy on the way to loopback.
 * Each of them has its own variable for that, but for curl and skopeo, which look into the home.
 */
export function clientEnvironment(home: string): NodeJS.ProcessEnv {
  const own = { HOME: home, XDG_RUNTIME_DIR: home, DOCKER_CONFIG: home, REGCTL_CONFIG: join(home, "regctl.json") };
  const direct = { NO_PROXY: "*", no_proxy: "*" };
  return { ...process.env, ...own, ...direct, APT_CONFIG: aptConfiguration(home) };
}

async function runCase(of: Case, path: string, { stage, redirector, contentFrom, folder }: Setting): Promise<void> {
  const home = mkdtempSync(join(folder, "case-"));
  const work = join(home, "work");
  mkdirSync(work);
  await of.check({
    redirector: `127.0.0.1:${redirector.port}`,
    folder: work,
    image: stage.image,
    files: stage.files,
    run: (...args) => runProgram(path, args, clientEnvironment(home)),
  });
  checkLog(await redirector.newLines(), contentFrom, of.asks);
}

/** Runs cases one after another, and reports each. */
export async function runCases(cases: readonly Case[], setting: Setting, report: Report): Promise<void> {
  for (const one of cases) {
    const path = setting.clientOf(one);
    if (path === undefined) {
      report.row("skipped", one.client, one.name);
      continue;
    }
    try {
      await runCase(one, path, setting);
      report.row("passed", one.client, one.name);
    } catch (error) {
      await setting.redirector.newLines();
      report.row("failed", one.client, one.name, (error as Error).message);
    }
  }
}
