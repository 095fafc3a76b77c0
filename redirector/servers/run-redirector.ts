import type { AssembledRedirector } from "../assembled-redirector";
import type { StatusPlace } from "../environment-settings";
import type { Listening, ListenPlace } from "./carrier";
import { listen } from "./listen";

/** Where a redirector listens. */
export interface RunOptions extends ListenPlace {
  /** Where the pages under `/-/` are served. */
  readonly status: StatusPlace;
}

/**
 * Resolves with the signal that asks the program to end. A second signal ends it at once, as if it were not handled.
 */
function waitForSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve(signal);
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
  });
}

/** The redirector's server, and if the pages under `/-/` have their own port, a server with only those pages. */
async function listenEverywhere(
  assembled: AssembledRedirector,
  { status, ...place }: RunOptions,
): Promise<Listening[]> {
  const { redirector, pages } = assembled;
  const reportFailure = (error: unknown): void => assembled.reportFailure(error);
  const first = await listen({ handle: (request) => redirector.handle(request), reportFailure }, place);
  if (typeof status !== "number") return [first];
  try {
    return [
      first,
      await listen({ handle: (request) => pages.answer(request), reportFailure }, { ...place, port: status }),
    ];
  } catch (error) {
    await first.end();
    throw error;
  }
}

/**
 * Ends a process in which a write hangs because nothing reads it: `process.exit` would wait for ever (Node joins its
 * threads, nodejs/node: `uv_library_shutdown`). The first process of a container ignores its own signals (Linux,
 * pid_namespaces(7)), but it can abort.
 */
function endProcess(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
  process.abort();
}

/**
 * Runs a redirector until the program gets SIGINT or SIGTERM. Then it answers the requests in progress and flushes
 * the log. If nothing reads the log, the program ends with the signal.
 *
 * @param onListening receives the address, as a URL without a path, and that of the pages if they have their own
 * @throws the operating system's error if it cannot listen there
 */
export async function runRedirector(
  assembled: AssembledRedirector,
  options: RunOptions,
  onListening: (url: string, pages?: string) => void,
): Promise<void> {
  const ended = waitForSignal();
  const servers = await listenEverywhere(assembled, options);
  assembled.start();
  const [first, pages] = servers;
  if (first) onListening(first.url, pages?.url);
  const signal = await ended;
  assembled.pages.ending = true;
  await Promise.all(servers.map((server) => server.end()));
  if (!(await assembled.stop())) endProcess(signal);
}
