import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { endWithThisProcess, lastLines } from "../../test/peers/program";

/** A program to run. */
export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What a program and all its children used. */
export interface Usage {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** The most resident memory of all of them together, in megabytes of 10^6 bytes, looked at every 20 ms. */
  readonly megabytes: number;
}

const interval = 20;
/** What the shell's `times` prints of its children: minutes and seconds of user and system. */
const childTimes = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/;

/** Runs a program to its end. @throws Error with its last lines if its exit status is not 0 */
export async function measureCommand({ path, args, env = {} }: Command): Promise<Usage> {
  const script = '"$@"; status=$?; times >&3; exit $status';
  const begin = performance.now();
  const child = endWithThisProcess(
    spawn("bash", ["-c", script, "bash", path, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    }),
  );
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentMegabytes(child.pid ?? 0));
  }, interval);
  const [, output, errors, times] = await Promise.all([
    once(child, "exit"),
    ...[child.stdout, child.stderr, child.stdio[3]].map((stream) => text(stream as NodeJS.ReadableStream)),
  ]);
  clearInterval(timer);
  const seconds = (performance.now() - begin) / 1_000;
  if (child.exitCode !== 0) {
    throw new Error(
      `${path} ${args.join(" ")}: exit status ${child.exitCode}\n${lastLines(`${output}\n${errors}`, 40)}`,
    );
  }
  return { seconds, processorSeconds: readChildTimes(times ?? ""), megabytes: most };
}

function readChildTimes(text: string): number {
  const last = text.trim().split("\n").at(-1) ?? "";
  const [, ...parts] = childTimes.exec(last) ?? [];
  const [userMinutes = 0, user = 0, systemMinutes = 0, system = 0] = parts.map(Number);
  return (userMinutes + systemMinutes) * 60 + user + system;
}

/** Of the children of a process, and theirs. One that has just ended counts as nothing. */
function residentMegabytes(parent: number): number {
  return childrenOf(parent).reduce((sum, id) => sum + residentOf(id) + residentMegabytes(id), 0);
}

function residentOf(id: number): number {
  const [, kibibytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(`${id}/status`)) ?? [];
  return (Number(kibibytes) * 1_024) / 1e6;
}

function childrenOf(id: number): number[] {
  const threads = listProc(`${id}/task`);
  return threads.flatMap((thread) => readProc(`${id}/task/${thread}/children`).split(" ").filter(Boolean).map(Number));
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

function listProc(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}
