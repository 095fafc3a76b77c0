import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { endWithThisProcess } from "../test/peers/program";

/** The processor that is reserved for servers, and the one for everything else. */
export const serverProcessor = "0";
export const clientProcessor = "1";

/**
 * Clock ticks per second, the unit in which Linux reports CPU time: USER_HZ is 100 on all supported platforms
 * (proc(5)).
 */
const ticksPerSecond = 100;
/** The longest time that a program may take to answer for the first time; milliseconds. */
const patience = 30_000;

/** How to start a program. */
export interface ProgramOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The loopback port that it will listen on. */
  readonly port: number;
  /** The file for its output. */
  readonly log: string;
}

/** Whether the first byte of an answer arrives; false if nothing listens yet. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });
}

/** A program on its own processor, and the resources that it and its children use. */
export class MeasuredProgram {
  readonly child: ChildProcess;
  /** Time from its start to the first byte of its first answer. */
  readonly startMilliseconds: number;

  constructor(child: ChildProcess, startMilliseconds: number) {
    this.child = child;
    this.startMilliseconds = startMilliseconds;
  }

  /** Starts it, and waits until it answers. @throws Error if it exits before, or never answers */
  static async start({ path, args, env, port, log }: ProgramOptions): Promise<MeasuredProgram> {
    const output = openSync(log, "a");
    const began = performance.now();
    const child = endWithThisProcess(
      spawn("taskset", ["--cpu-list", serverProcessor, path, ...args], { env, stdio: ["ignore", output, output] }),
    );
    while (!(await answers(port))) {
      const waited = performance.now() - began;
      if (child.exitCode !== null || waited > patience) throw new Error(`${path} did not start; it wrote to ${log}`);
      await new Promise(setImmediate);
    }
    return new MeasuredProgram(child, performance.now() - began);
  }

  /** CPU time so far, in seconds. */
  processorSeconds(): number {
    // The fields after the name, which is in parentheses and may contain anything: state is field 3, utime 14, stime 15
    // (proc(5)).
    const ticks = this.#processes().map((id) => {
      const fields = readFileSync(`/proc/${id}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return Number(fields[14 - 3]) + Number(fields[15 - 3]);
    });
    return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
  }

  /** Peak resident memory, in megabytes. */
  residentMegabytes(): number {
    const kibibytes = this.#processes().map((id) =>
      Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]),
    );
    return (kibibytes.reduce((sum, each) => sum + each, 0) * 1024) / 1e6;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await ended;
  }

  #processes(): number[] {
    const { pid } = this.child;
    return pid === undefined ? [] : [pid, ...childrenOf(pid)];
  }
}

function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...childrenOf(child)]);
}
