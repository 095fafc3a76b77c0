import type { AssembledRedirector } from "../assembled-redirector";
import type { StatusPlace } from "../environment-settings";
import type { Listening, ListenPlace } from "./carrier";
import { listen } from "./listen";

/** Where a redirector listens. */
export interface RunOptions extends ListenPlace {
  /** Where `/-/` is answered. */
  readonly status: StatusPlace;
}

/** Resolves when the program is told to end, by what. A second signal ends it at once, as without us. */
function toldToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const told = (signal: NodeJS.Signals): void => {
      process.off("SIGINT", told).off("SIGTERM", told);
      resolve(signal);
    };
    process.on("SIGINT", told).on("SIGTERM", told);
  });
}

/** The redirector, and, where they have a port of their own, its pages under `/-/` and nothing else. */
async function listenEverywhere(
  assembled: AssembledRedirector,
  { status, ...place }: RunOptions,
): Promise<Listening[]> {
  const { redirector, pages } = assembled;
  const failed = (error: unknown): void => assembled.failed(error);
  const first = await listen({ handle: (request) => redirector.handle(request), failed }, place);
  if (typeof status !== "number") return [first];
  try {
    return [first, await listen({ handle: (request) => pages.answer(request), failed }, { ...place, port: status })];
  } catch (error) {
    await first.end();
    throw error;
  }
}

/**
 * Ends a process in which a write hangs that nobody takes: `process.exit` would wait for it for ever (Node joins its
 * threads, nodejs/node: `uv_library_shutdown`). The first process of a container feels none of its own signals (Linux,
 * pid_namespaces(7)), but it can abort.
 */
function endBy(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
  process.abort();
}

/**
 * Runs a redirector until the program is told to end (SIGINT, SIGTERM): then what was begun is answered, and what was
 * logged is written. Where nobody takes that, the program ends by the signal.
 *
 * @param onListening receives the address, as a URL without a path, and that of the pages if they have their own
 * @throws Error as the operating system gives it, where it cannot listen there
 */
export async function runRedirector(
  assembled: AssembledRedirector,
  options: RunOptions,
  onListening: (url: string, pages?: string) => void,
): Promise<void> {
  const ended = toldToEnd();
  const servers = await listenEverywhere(assembled, options);
  assembled.start();
  const [first, pages] = servers;
  if (first) onListening(first.url, pages?.url);
  const signal = await ended;
  assembled.pages.ending = true;
  await Promise.all(servers.map((server) => server.end()));
  if (!(await assembled.stop())) endBy(signal);
}
