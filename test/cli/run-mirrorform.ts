import { spawn } from "node:child_process";
import { join } from "node:path";

/** How a run of the command ended, and all that it wrote. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const program = join(__dirname, "..", "..", "bin", "mirrorform.js");

/** Starts the command as a user does: its own process, from the project's folder or another. */
export function startMirrorform(
  words: readonly string[],
  cwd = join(__dirname, "..", ".."),
  variables: Readonly<Record<string, string>> = {},
) {
  return spawn(process.execPath, [program, ...words], { cwd, stdio: "pipe", env: { ...process.env, ...variables } });
}

/** Runs the command to its end. */
export async function runMirrorform(
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
