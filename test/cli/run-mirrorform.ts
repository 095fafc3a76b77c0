import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Readable } from "node:stream";
import { mirrorform } from "../../cli/mirrorform";

/** The exit status and the output of a run of the command. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = join(__dirname, "..", "..");
const program = join(root, "bin", "mirrorform.js");

const started = new Set<ChildProcess>();

// A failed test leaves its process running, and Jest would wait for it.
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
});

/** Starts the command in its own process, as a user does, in the project's folder or another. */
export function startMirrorform(
  words: readonly string[],
  cwd = root,
  variables: Readonly<Record<string, string>> = {},
) {
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, [program, ...words], { cwd, stdio: "pipe", env });
  started.add(child.once("close", () => started.delete(child)));
  return child;
}

/** Runs the command in its own process, for tests of its input, its variables and how it ends. */
export async function runProcess(
  words: readonly string[],
  input = "",
  cwd?: string,
  variables?: Readonly<Record<string, string>>,
): Promise<Run> {
  const child = startMirrorform(words, cwd, variables);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, stdout, stderr };
}

/** Captures what is written to a stream, as if it were not a terminal. @returns restores the stream, and returns the text */
function capture(stream: NodeJS.WriteStream): () => string {
  let text = "";
  const { isTTY } = stream;
  stream.isTTY = false;
  const spy = jest.spyOn(stream, "write").mockImplementation((chunk, ...more: unknown[]) => {
    text += Buffer.from(chunk as string).toString();
    const written = more.at(-1);
    if (typeof written === "function") written();
    return true;
  });
  return () => {
    spy.mockRestore();
    stream.isTTY = isTTY;
    return text;
  };
}

/** The current run. Runs wait for each other, because streams and current folder belong to the process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command in this process, which saves starting another one.
 *
 * @param input its standard input
 */
export function runMirrorform(words: readonly string[], cwd = root, input = ""): Promise<Run> {
  return runHere(() => withInput(input, () => mirrorform(words)), cwd);
}

async function withInput<T>(input: string, run: () => Promise<T>): Promise<T> {
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin") ?? {};
  Object.defineProperty(process, "stdin", { ...stdin, get: () => Readable.from([input]) });
  try {
    return await run();
  } finally {
    Object.defineProperty(process, "stdin", stdin);
  }
}

/** Runs a program in this process. @param program returns its exit status */
export function runHere(program: () => number | Promise<number>, cwd: string): Promise<Run> {
  const run = last.then(async () => {
    const before = process.cwd();
    process.chdir(cwd);
    const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
    let status: number | null = null;
    try {
      status = await program();
    } finally {
      process.chdir(before);
    }
    return { status, stdout: stdout(), stderr: stderr() };
  });
  last = run.catch(() => {});
  return run;
}
