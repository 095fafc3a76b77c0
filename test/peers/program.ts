import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** What a program wrote to its standard output before it exited with status 0. */
export type Output = string;

/**
 * A program that runs longer than this hangs, in milliseconds. Everything here is on loopback, or is a build, or applies
 * stacks to an emulator, which takes seven minutes on a busy machine.
 */
const longestRun = 1_200_000;

/** Longest output that is kept, in bytes: several times the largest manifest or listing here. */
const longestOutput = 16 * 1024 * 1024;

const running = new Set<ChildProcess>();

/** No child outlives this process. SIGINT lets each child stop its own children. */
process.on("exit", () => {
  for (const child of running) child.kill("SIGINT");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

/** Stops a child when this process exits. */
export function endWithThisProcess<T extends ChildProcess>(child: T): T {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** The last lines of a program's output, which usually say why it failed. */
export function lastLines(text: string, count = 12): string {
  return text.trim().split("\n").slice(-count).join("\n");
}

/**
 * Runs a program to its end.
 *
 * @throws Error if it cannot be started, or its exit status is not 0, with the last lines of its output
 */
export async function runProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Output> {
  const options = { env, timeout: longestRun, maxBuffer: longestOutput };
  try {
    const ended = promisify(execFile)(path, [...args], options);
    endWithThisProcess(ended.child);
    return (await ended).stdout;
  } catch (error) {
    const { code, stdout = "", stderr = "", message } = error as Error & Record<"code" | "stdout" | "stderr", string>;
    const output = lastLines(`${stdout}\n${stderr}`) || message;
    throw new Error(`${path} ${args.join(" ")}: exit status ${code}\n${output}`);
  }
}

/** Properties of {@link startServer}. */
export interface ServerOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Matches the line, on standard output or standard error, that contains the port; its first group is the port. */
  readonly ready: RegExp;
  /** Called with each line of the standard output. @default not called */
  readonly onLine?: (line: string) => void;
}

/** A program that listens on loopback. */
export interface Server {
  readonly port: number;
  /** Stops it, and waits until it has exited. May be called twice. */
  stop(): Promise<void>;
}

/** A server that is a program, and how it exited. */
export interface Program extends Server {
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/**
 * Starts a server, and waits until it prints its port.
 *
 * @throws Error if it exits before that, with the last lines of its output
 */
export function startServer({ path, args, env = process.env, ready, onLine }: ServerOptions): Promise<Program> {
  const child = endWithThisProcess(spawn(path, args, { env, stdio: ["ignore", "pipe", "pipe"] }));
  const ended: Program["ended"] = new Promise((resolve) => {
    child.once("exit", (status, signal) => resolve({ status, signal }));
  });
  let output = "";
  return new Promise((resolve, reject) => {
    const readLine = (line: string) => {
      output = lastLines(`${output}\n${line}`);
      const [, port] = ready.exec(line) ?? [];
      if (port !== undefined) resolve({ port: Number(port), ended, stop: () => stop(child) });
    };
    createInterface(child.stdout).on("line", (line) => {
      onLine?.(line);
      readLine(line);
    });
    createInterface(child.stderr).on("line", readLine);
    child.once("error", reject);
    child.once("exit", (status) => {
      reject(new Error(`${path} exited with status ${status} before it listened:\n${output}`));
    });
  });
}
