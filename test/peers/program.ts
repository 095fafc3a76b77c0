import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** What a program wrote to its standard output until it ended well. */
export type Output = string;

/**
 * A program that waits longer than this hangs, in milliseconds: everything here is on loopback, a build, or a rehearsal,
 * which takes seven minutes on a busy machine.
 */
const patience = 1_200_000;

/** Longest output that is kept, in bytes: several times the largest manifest or listing here. */
const longestOutput = 16 * 1024 * 1024;

const running = new Set<ChildProcess>();

/** Nothing outlives this program, however it ends; an interrupt lets each child end its own children. */
process.on("exit", () => {
  for (const child of running) child.kill("SIGINT");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

/** Has a child end when this program does. */
export function endedWithUs<T extends ChildProcess>(child: T): T {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** The last lines of what a program said, for a person who asks why it failed. */
export function lastLines(text: string, count = 12): string {
  return text.trim().split("\n").slice(-count).join("\n");
}

/**
 * Runs a program to its end.
 *
 * @throws Error where it cannot be started or its exit status is not 0, with the last lines that it wrote
 */
export async function runProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Output> {
  const options = { env, timeout: patience, maxBuffer: longestOutput };
  try {
    const ended = promisify(execFile)(path, [...args], options);
    endedWithUs(ended.child);
    return (await ended).stdout;
  } catch (error) {
    const { code, stdout = "", stderr = "", message } = error as Error & Record<"code" | "stdout" | "stderr", string>;
    const said = lastLines(`${stdout}\n${stderr}`) || message;
    throw new Error(`${path} ${args.join(" ")}: exit status ${code}\n${said}`);
  }
}

/** How to start a server, and how it tells that it is ready. */
export interface ServerOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Matches the line on either output that tells the port, which is its first group. */
  readonly ready: RegExp;
  /** Takes each line of the standard output. @default none */
  readonly onLine?: (line: string) => void;
}

/** A program that listens on loopback. */
export interface Server {
  readonly port: number;
  /** Ends it, and waits until it has ended. Ending it twice is fine. */
  stop(): Promise<void>;
}

/** A server, and how it ended. */
export interface Program extends Server {
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/**
 * Starts a server and waits until it tells its port.
 *
 * @throws Error where it ends before that, with the last lines that it wrote
 */
export function startServer({ path, args, env = process.env, ready, onLine }: ServerOptions): Promise<Program> {
  const child = endedWithUs(spawn(path, args, { env, stdio: ["ignore", "pipe", "pipe"] }));
  const ended: Program["ended"] = new Promise((resolve) => {
    child.once("exit", (status, signal) => resolve({ status, signal }));
  });
  let said = "";
  return new Promise((resolve, reject) => {
    const hear = (line: string) => {
      said = lastLines(`${said}\n${line}`);
      const [, port] = ready.exec(line) ?? [];
      if (port !== undefined) resolve({ port: Number(port), ended, stop: () => stop(child) });
    };
    createInterface(child.stdout).on("line", (line) => {
      onLine?.(line);
      hear(line);
    });
    createInterface(child.stderr).on("line", hear);
    child.once("error", reject);
    child.once("exit", (status) => {
      reject(new Error(`${path} ended with ${status} before it listened:\n${said}`));
    });
  });
}
