import { join } from "node:path";
import { runProgram, type Server, startServer } from "./program";

const command = join(__dirname, "../../bin/mirrorform.js");

/** Runs a command of `mirrorform` to its end. @throws Error where its exit status is not 0 */
export function mirrorform(...args: readonly string[]): Promise<string> {
  return runProgram(process.execPath, [command, ...args], process.env);
}

/** A running `mirrorform serve`, with what it logs. */
export interface Redirector extends Server {
  /** The lines logged since the last call, each for a request that was answered before this one. */
  newLines(): Promise<string[]>;
}

/** Lines as they arrive, and who waits for one of them. */
class Log {
  readonly #lines: string[] = [];
  #awaited: { readonly text: string; readonly found: () => void } | undefined;

  add(line: string): void {
    this.#lines.push(line);
    if (this.#awaited && line.includes(this.#awaited.text)) this.#awaited.found();
  }

  /** Takes out everything up to the line that holds this text, and drops that line. */
  async takeUntil(text: string, cause: () => Promise<unknown>): Promise<string[]> {
    const arrived = new Promise<void>((found) => {
      this.#awaited = { text, found };
    });
    await cause();
    await arrived;
    return this.#lines.splice(0).filter((line) => !line.includes(text));
  }
}

/**
 * Starts `mirrorform serve --log` on a free port, with this program's own runtime.
 *
 * @param more other arguments
 * @throws Error where it ends before it listens, as it does where the inventory is wrong
 */
export function startRedirector(inventory: string, ...more: readonly string[]): Promise<Redirector> {
  return startRedirectorOn(process.execPath, inventory, ...more);
}

/** The same on another runtime. @param runtime its program: Node or Bun */
export async function startRedirectorOn(
  runtime: string,
  inventory: string,
  ...more: readonly string[]
): Promise<Redirector> {
  const log = new Log();
  const server = await startServer({
    path: runtime,
    args: [command, "serve", "--inventory", inventory, "--port", "0", "--log", "--allow-private-mirrors", ...more],
    ready: /^listening on http:\/\/127\.0\.0\.1:(\d+)$/,
    onLine: (line) => log.add(line),
  });
  let marks = 0;
  const newLines = () => {
    // The log is in the order of the answers: once this request of our own is in it, so is everything before it.
    const mark = `mark/${++marks}`;
    const url = `http://127.0.0.1:${server.port}/v2/${mark}/tags/list`;
    return log.takeUntil(`"${mark}"`, () => fetch(url, { redirect: "manual" }));
  };
  return { ...server, newLines };
}
