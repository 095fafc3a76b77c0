import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { type ClientAddressRule, parseClientAddressRule } from "../lambdas/redirector/client-address";
import { type RedirectorOptions, redirectorServer } from "../lambdas/redirector/server";
import { exitStatus, Failure } from "./failure";
import { loadProject, loadTable, type ProjectOptions } from "./load-project";

/** Where a server listens. */
export interface ListenOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly host: string;
}

function listenFailure(error: NodeJS.ErrnoException, { port, host }: ListenOptions): Error {
  const place = `${host}, port ${port}`;
  if (error.code === "EADDRINUSE") {
    return new Failure(
      exitStatus.wrongInput,
      `${place}, is taken: end the program that has it, or name another port with --port ${port + 1}`,
    );
  }
  if (error.code === "EACCES") {
    return new Failure(exitStatus.wrongInput, `${place}, may not be used: name a port above 1023 with --port`);
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new Failure(exitStatus.wrongUsage, `${host} is no address of this machine: name one with --host`);
  }
  return error;
}

async function startListening(server: Server, listen: ListenOptions): Promise<void> {
  try {
    server.listen(listen.port, listen.host);
    await once(server, "listening");
  } catch (error) {
    throw listenFailure(error as NodeJS.ErrnoException, listen);
  }
}

/**
 * Makes sure that a server could listen there, for commands that have much to do before.
 *
 * @throws Failure where it could not
 */
export async function requireFreePort(listen: ListenOptions): Promise<void> {
  const probe = createServer();
  await startListening(probe, listen);
  probe.close();
  await once(probe, "close");
}

/**
 * Runs a redirector until the program is told to end (Ctrl-C, SIGTERM): then what was begun is answered, and it ends.
 *
 * @param onListening is told the address, as a URL without a path
 * @throws Failure where it cannot listen there
 */
export async function serveUntilTold(
  options: RedirectorOptions,
  listen: ListenOptions,
  onListening: (url: string) => void,
): Promise<void> {
  const server = redirectorServer(options);
  await startListening(server, listen);
  const { address, port, family } = server.address() as AddressInfo;
  onListening(`http://${family === "IPv6" ? `[${address}]` : address}:${port}`);
  const stop = () => server.close();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  await once(server, "close");
}

interface ServeOptions extends ProjectOptions, ListenOptions {
  readonly clientAddress: string;
  readonly log?: boolean;
}

function ruleOf(text: string): ClientAddressRule {
  const rule = parseClientAddressRule(text);
  if (rule) return rule;
  throw new Failure(exitStatus.wrongUsage, `--client-address takes socket, forwarded:N or header:NAME, not ${text}`);
}

/**
 * `serve`: the redirector, here.
 *
 * @throws Failure where the inventory or the rule is wrong, or the port is taken
 */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const rule = ruleOf(options.clientAddress);
  const { table } = loadTable(loadProject(options));
  const log = (line: string) => process.stdout.write(`${line}\n`);
  await serveUntilTold({ table, clientAddress: rule, ...(options.log && { log }) }, options, (url) => {
    process.stderr.write(`listening on ${url}\n`);
  });
}
