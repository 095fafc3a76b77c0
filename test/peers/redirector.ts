import { join } from "node:path";
import { runProgram, type Server, startServer } from "./program";

const command = join(__dirname, "../../bin/mirrorform.js");

/** Runs a `mirrorform` command to its end. @throws Error if its exit status is not 0 */
export function runMirrorform(...args: readonly string[]): Promise<string> {
  return runProgram(process.execPath, [command, ...args], process.env);
}

/** A running `mirrorform serve`, and its log. */
export interface Redirector extends Server {
  /** Takes the lines that were logged since the last call, for all requests that were answered before this call. */
  takeNewLines(): Promise<string[]>;
}

/** Lines as they arrive, and the line that a caller waits for. */
class Log {
  readonly #lines: string[] = [];
  #awaited: { readonly text: string; readonly onFound: () => void } | undefined;

  add(line: string): void {
    this.#lines.push(line);
    if (this.#awaited && line.includes(this.#awaited.text)) this.#awaited.onFound();
  }

  /** Removes and returns all lines up to the one that contains this text, without that one. @param cause makes that line appear */
  async takeUntil(text: string, cause: () => Promise<unknown>): Promise<string[]> {
    const arrived = new Promise<void>((onFound) => {
      this.#awaited = { text, onFound };
    });
    await cause();
    await arrived;
    return this.#lines.splice(0).filter((line) => !line.includes(text));
  }
}

/**
 * Starts `mirrorform serve --log` on a free port, with the runtime of this process.
 *
 * @param more further arguments
 * @throws Error if it exits before it listens, for example because the inventory is wrong
 */
export function startRedirector(inventory: string, ...more: readonly string[]): Promise<Redirector> {
  return startRedirectorOn(process.execPath, inventory, ...more);
}

/** Does the same on another runtime. @param runtime path of Node or Bun */
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
  const takeNewLines = () => {
    // The log is in the order of the responses: once it contains this request, it contains all earlier ones.
    const mark = `mark/${++marks}`;
    const url = `http://127.0.0.1:${server.port}/v2/${mark}/tags/list`;
    return log.takeUntil(`"${mark}"`, () => fetch(url, { redirect: "manual" }));
  };
  return { ...server, takeNewLines };
}
