import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Repository } from "../../stores/registry/repository";
import type { ToolName } from "./find-tools";
import { pseudorandomBytes } from "./image";
import { runProgram, type Server } from "./program";
import { startCraneRegistry, startDistributionRegistry } from "./registries";
import { type RegistryContext, registryCases } from "./registry-cases";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";

const noWait = async () => {};

function contextOf(
  host: string,
  repository: string,
  tools: ReadonlyMap<ToolName, string>,
  home: string,
): RegistryContext {
  const options = { host, access: "push", findLogin: async () => undefined, wait: noWait } as const;
  const run = (name: ToolName, ...before: readonly string[]) => {
    const path = tools.get(name);
    if (path === undefined) return undefined;
    return (...args: readonly string[]) => runProgram(path, [...before, ...args], clientEnvironment(home));
  };
  return {
    host,
    repository,
    large: pseudorandomBytes(`large ${repository}`, 21 * 1024 * 1024),
    medium: pseudorandomBytes(`medium ${repository}`, 300_000),
    open: (name, uploads) => new Repository({ ...options, name, ...(uploads && { uploads }) }),
    crane: run("crane"),
    regctl: run("regctl", "--host", `reg=${host},tls=disabled`),
  };
}

/**
 * Lets our client push to real registries, read and remove there, in every way that the specification knows.
 *
 * @param folder for the files that are written
 */
export async function checkRegistries(
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  const own = join(folder, "registries");
  mkdirSync(own);
  const starts: readonly (readonly [ToolName, (path: string) => Promise<Server>])[] = [
    ["registry", (path) => startDistributionRegistry(path, own)],
    ["crane", startCraneRegistry],
  ];
  for (const [name, start] of starts) {
    report.printHead(`Our registry client, at ${name === "crane" ? "the registry of crane" : "distribution"}`);
    const path = tools.get(name);
    const server = path === undefined ? undefined : await start(path);
    for (const [position, { name: title, check }] of registryCases.entries()) {
      await report.runCheck(name, title, path, () =>
        check(contextOf(`127.0.0.1:${server?.port}`, `trial/case-${position}`, tools, own)),
      );
    }
    await server?.stop();
  }
}
