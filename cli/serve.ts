import { once } from "node:events";
import { createServer } from "node:net";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import { parseShare, parseStatusPlace, type StatusPlace, statusPlaces } from "../redirector/environment-settings";
import type { ListenPlace } from "../redirector/servers/carrier";
import { type RunOptions, runRedirector } from "../redirector/servers/run-redirector";
import { findTrialProblem } from "../redirector/tables/find-trial-problem";
import { openTableSource } from "../redirector/tables/open-table-source";
import { type TableSource, tableTimeout } from "../redirector/tables/table-source";
import { writeTo } from "../redirector/telemetry/log-writer";
import { clientAddressRules, parseClientAddressRule } from "../routing/client-address";
import { decodeRoutingTable, type RoutingTable } from "../routing/routing-table";
import { exitStatus, Failure, portOf, understandAll, understood } from "./failure";

/** Why a server does not listen, as Node tells it; a host that is not found has no port. */
type ListenError = NodeJS.ErrnoException & { readonly port?: number };

function listenFailure(error: ListenError, { port: main, host }: ListenPlace): Error {
  const { port = main } = error;
  const place = `${host}, port ${port}`;
  // The pages under /-/ may have a port of their own.
  const option = port === main ? "--port" : "--status";
  if (error.code === "EADDRINUSE") {
    return new Failure(
      exitStatus.wrongInput,
      `${place}, is taken: end the program that has it, or name another port with ${option} ${port + 1}`,
    );
  }
  if (error.code === "EACCES") {
    return new Failure(exitStatus.wrongInput, `${place}, may not be used: name a port above 1023 with ${option}`);
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new Failure(exitStatus.wrongUsage, `${host} is no address of this machine: name one with --host`);
  }
  return error;
}

/**
 * Makes sure that a server could listen there, for commands that have much to do before.
 *
 * @throws Failure where it could not
 */
export async function requireFreePort(place: ListenPlace): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(place.port, place.host);
    await once(probe, "listening");
  } catch (error) {
    throw listenFailure(error as ListenError, place);
  }
  probe.close();
  await once(probe, "close");
}

/**
 * Runs a redirector until the program is told to end (Ctrl-C, SIGTERM): then what was begun is answered, and it ends.
 *
 * @param onListening receives the address, as a URL without a path, and that of the pages if they have their own
 * @throws Failure where it cannot listen there
 */
export async function serveUntilTold(
  assembled: AssembledRedirector,
  options: RunOptions,
  onListening: (url: string, pages?: string) => void,
): Promise<void> {
  try {
    await runRedirector(assembled, options, onListening);
  } catch (error) {
    throw listenFailure(error as ListenError, options);
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

function sourceOf(text: string): TableSource {
  try {
    return openTableSource(text);
  } catch (error) {
    throw new Failure(exitStatus.wrongUsage, `--table: ${(error as Error).message}`);
  }
}

/** Where the pages are. @throws Failure where that is no place, or the port of everything else */
function statusPlaceOf(text: string, port: string): StatusPlace {
  const status = understood("--status", text, statusPlaces, parseStatusPlace(text));
  if (typeof status !== "number" || status === 0 || status !== Number(port)) return status;
  throw new Failure(exitStatus.wrongUsage, `--status takes a port other than --port ${port}: \`same\` is for one port`);
}

/** The table of a source, now. */
async function tableFrom(source: TableSource): Promise<RoutingTable> {
  try {
    const bytes = await source.read(AbortSignal.timeout(tableTimeout));
    const table = decodeRoutingTable(bytes ?? new Uint8Array());
    const problem = findTrialProblem(table);
    if (problem !== undefined) throw new Error(problem);
    return table;
  } catch (error) {
    const why = `${source.name}: ${(error as Error).message}`;
    throw new Failure(exitStatus.wrongInput, `${why}; \`mirrorform table\` makes one from an inventory`);
  }
}

/**
 * `serve`: the redirector, here.
 *
 * @throws Failure where the inventory, the table or an option is wrong, or the port is taken
 */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const { clientAddress, log, host, status: place } = options;
  const share = log === true ? "1" : (log ?? "0");
  const { port, rule, status, logShare, source } = understandAll({
    port: () => portOf(options.port),
    rule: () =>
      understood("--client-address", clientAddress, clientAddressRules, parseClientAddressRule(clientAddress)),
    status: () => statusPlaceOf(place, options.port),
    logShare: () => understood("--log", share, "a share from 0 to 1", parseShare(share)),
    source: () => (options.table === undefined ? undefined : sourceOf(options.table)),
  });
  const table = source ? await tableFrom(source) : compileTable(loadProject(options)).table;
  const assembled = new AssembledRedirector(table, {
    clientAddress: rule,
    presence: options.presence,
    allowPrivateMirrors: options.allowPrivateMirrors ?? false,
    logShare,
    ownPages: status === "same",
    ...(source && { source }),
    write: writeTo(1),
  });
  await serveUntilTold(assembled, { port, host, status }, (url, pages) => {
    process.stderr.write(`listening on ${url}\n`);
    if (pages !== undefined) process.stderr.write(`the pages under /-/ are on ${pages}\n`);
  });
}
