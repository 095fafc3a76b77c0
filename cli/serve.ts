import { once } from "node:events";
import { createServer } from "node:net";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import { parseShare, parseStatusPlace, type StatusPlace, statusPlaces } from "../redirector/environment-settings";
import type { ListenPlace } from "../redirector/servers/carrier";
import { type RunOptions, runRedirector } from "../redirector/servers/run-redirector";
import { findTrialProblem } from "../redirector/tables/find-trial-problem";
import { openSources, type Sources } from "../redirector/tables/open-sources";
import { type TableSource, tableTimeout } from "../redirector/tables/table-source";
import { writeTo } from "../redirector/telemetry/log-writer";
import { clientAddressRules, parseClientAddressRule } from "../routing/client-address";
import { decodeRoutingTable, type RoutingTable } from "../routing/routing-table";
import { exitStatus, Failure, parseOptions, parsePort, requireOption } from "./failure";
import { printMessage } from "./print-message";

/** Node's error for a server that cannot listen. It has no port if the host was not found. */
type ListenError = NodeJS.ErrnoException & { readonly port?: number };

function explainListenError(error: ListenError, { port: main, host }: ListenPlace): Error {
  const { port = main } = error;
  const place = `${host}, port ${port}`;
  // The pages under /-/ may have their own port.
  const option = port === main ? "--port" : "--status";
  if (error.code === "EADDRINUSE") {
    return new Failure(
      exitStatus.wrongInput,
      `${place}, is in use: stop the program that uses it, or choose another port with ${option} ${port + 1}`,
    );
  }
  if (error.code === "EACCES") {
    return new Failure(exitStatus.wrongInput, `${place}, needs privileges: choose a port above 1023 with ${option}`);
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new Failure(exitStatus.wrongUsage, `${host} is not an address of this machine: choose one with --host`);
  }
  return error;
}

/**
 * Checks that a server can listen, for commands that do lengthy work first.
 *
 * @throws Failure if it cannot
 */
export async function requireFreePort(place: ListenPlace): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(place.port, place.host);
    await once(probe, "listening");
  } catch (error) {
    throw explainListenError(error as ListenError, place);
  }
  probe.close();
  await once(probe, "close");
}

/**
 * Runs a redirector until Ctrl-C or SIGTERM. Then it answers open requests, and ends.
 *
 * @param onListening called with the URL of the redirector, without a path, and that of the pages if they have their own port
 * @throws Failure if it cannot listen
 */
export async function serveUntilSignal(
  assembled: AssembledRedirector,
  options: RunOptions,
  onListening: (url: string, pages?: string) => void,
): Promise<void> {
  try {
    await runRedirector(assembled, options, onListening);
  } catch (error) {
    throw explainListenError(error as ListenError, options);
  }
}

interface ServeOptions extends ProjectOptions {
  readonly port: string;
  readonly host: string;
  readonly clientAddress: string;
  readonly table?: string;
  readonly presence: "ask" | "assume";
  readonly log?: string | true;
  readonly status: string;
}

function parseSources(text: string): Sources {
  try {
    return openSources(text);
  } catch (error) {
    throw new Failure(exitStatus.wrongUsage, `--table: ${(error as Error).message}`);
  }
}

/** Parses `--status`. @throws Failure if it is invalid, or the same port as everything else */
function parseStatusOption(text: string, port: string): StatusPlace {
  const status = requireOption("--status", text, statusPlaces, parseStatusPlace(text));
  if (typeof status !== "number" || status === 0 || status !== Number(port)) return status;
  throw new Failure(
    exitStatus.wrongUsage,
    `--status must be a port other than --port ${port}; for the same port, use \`same\``,
  );
}

/** Reads a source's current table. @throws Failure if there is none, or it cannot be used */
async function readTable(source: TableSource): Promise<RoutingTable> {
  try {
    const bytes = await source.read(AbortSignal.timeout(tableTimeout));
    const table = decodeRoutingTable(bytes ?? new Uint8Array());
    const problem = findTrialProblem(table);
    if (problem !== undefined) throw new Error(problem);
    return table;
  } catch (error) {
    const why = `${source.name}: ${(error as Error).message}`;
    throw new Failure(exitStatus.wrongInput, `${why}; \`mirrorform table\` compiles one from an inventory`);
  }
}

/**
 * `serve`: runs the redirector on this machine.
 *
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if the table or an option is invalid, or the port is in use
 */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const { clientAddress, log, host, status: place } = options;
  const share = log === true ? "1" : (log ?? "0");
  const { port, rule, status, logShare, sources } = parseOptions({
    port: () => parsePort(options.port),
    rule: () =>
      requireOption("--client-address", clientAddress, clientAddressRules, parseClientAddressRule(clientAddress)),
    status: () => parseStatusOption(place, options.port),
    logShare: () => requireOption("--log", share, "a share from 0 to 1", parseShare(share)),
    sources: () => (options.table === undefined ? undefined : parseSources(options.table)),
  });
  const table = sources ? await readTable(sources.source) : compileTable(loadProject(options)).table;
  const assembled = new AssembledRedirector(table, {
    clientAddress: rule,
    presence: options.presence,
    allowPrivateMirrors: options.allowPrivateMirrors ?? false,
    logShare,
    ownPages: status === "same",
    ...sources,
    write: writeTo(1),
  });
  await serveUntilSignal(assembled, { port, host, status }, (url, pages) => {
    printMessage(`listening on ${url}`);
    if (pages !== undefined) printMessage(`the pages under /-/ are on ${pages}`);
  });
}
