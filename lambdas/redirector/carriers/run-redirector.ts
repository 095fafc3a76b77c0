import type { AssembledRedirector } from "../assembled-redirector";
import type { StatusPlace } from "../environment-settings";
import type { Handler, Listening, ListenPlace } from "./carrier";
import { listen } from "./listen";

/** Where a redirector listens. */
export interface RunOptions extends ListenPlace {
  /** Where `/-/` is answered. */
  readonly status: StatusPlace;
}

/** Resolves when the program is told to end. A second signal ends it at once, as without us. */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve());
  });
}

/** The pages under `/-/` and nothing else, for a port of their own. */
function pagesOnly({ pages }: AssembledRedirector): Handler {
  return { handle: (request) => pages.answer(request) };
}

/**
 * Runs a redirector until the program is told to end (SIGINT, SIGTERM): then what was begun is answered, and what was
 * logged is written.
 *
 * @param onListening is told the address, as a URL without a path
 * @throws Error as the operating system gives it, where it cannot listen there
 */
export async function runRedirector(
  assembled: AssembledRedirector,
  { status, ...place }: RunOptions,
  onListening: (url: string) => void,
): Promise<void> {
  const ended = toldToEnd();
  const servers: Listening[] = [await listen(assembled.redirector, place)];
  if (typeof status === "number") servers.push(await listen(pagesOnly(assembled), { ...place, port: status }));
  assembled.start();
  for (const { url } of servers.slice(0, 1)) onListening(url);
  await ended;
  assembled.pages.ending = true;
  await Promise.all(servers.map((server) => server.end()));
  await assembled.stop();
}
