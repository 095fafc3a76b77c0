import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { lastLines, runProgram } from "./program";

/** The real programs that are run against the redirector. */
export type ToolName = "registry" | "crane" | "regctl" | "skopeo" | "curl";

interface Tool {
  /** What it may be called: Debian gives `registry` another name. */
  readonly programs: readonly string[];
  /** What `go install` takes; without it, only the system's package manager has it. */
  readonly goPackage?: string;
  /** How a person gets it. */
  readonly install: string;
}

const tools: Readonly<Record<ToolName, Tool>> = {
  registry: {
    programs: ["registry", "docker-registry"],
    goPackage: "github.com/distribution/distribution/v3/cmd/registry@v3.1.2",
    install: "Go (https://go.dev/dl/), or Debian's docker-registry",
  },
  crane: {
    programs: ["crane"],
    goPackage: "github.com/google/go-containerregistry/cmd/crane@v0.22.1",
    install: "Go (https://go.dev/dl/)",
  },
  regctl: {
    programs: ["regctl"],
    goPackage: "github.com/regclient/regclient/cmd/regctl@v0.11.7",
    install: "Go (https://go.dev/dl/)",
  },
  skopeo: { programs: ["skopeo"], install: "it with `apt-get install skopeo` or the like" },
  curl: { programs: ["curl"], install: "it with `apt-get install curl` or the like" },
};

const toolNames = Object.keys(tools) as ToolName[];

/** Where what is missing is installed: at the root of the repository, and ignored by git. */
export const peersFolder = join(__dirname, "../../.peers");
const binaries = join(peersFolder, "bin");

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the first of these programs that `.peers/bin` or the PATH has. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [binaries, ...(process.env.PATH ?? "").split(delimiter)];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/** Builds a tool into `.peers/bin`; gives its path, or says why there is none. */
async function install(
  name: ToolName,
  { programs, goPackage, install: way }: Tool,
  tell: (line: string) => void,
): Promise<string | undefined> {
  const go = findProgram("go");
  if (goPackage === undefined || go === undefined) {
    tell(`skipped: ${name}: neither on the PATH nor in .peers/bin: install ${way}`);
    return undefined;
  }
  tell(`installing ${goPackage} into .peers/bin: a minute or two`);
  try {
    await runProgram(go, ["install", goPackage], { ...process.env, GOBIN: binaries });
    return findProgram(...programs);
  } catch (error) {
    const reason = lastLines((error as Error).message, 1);
    tell(`skipped: ${name}: go install failed (${reason}): install it by hand, or connect to the network`);
    return undefined;
  }
}

/**
 * Where the tools are: those at hand as they are, the missing ones built with Go. A tool that cannot be had is left
 * out, with one line that says how to get it.
 */
export async function findTools(tell: (line: string) => void): Promise<ReadonlyMap<ToolName, string>> {
  const found = new Map<ToolName, string>();
  for (const name of toolNames) {
    const tool = tools[name];
    const path = findProgram(...tool.programs) ?? (await install(name, tool, tell));
    if (path !== undefined) found.set(name, path);
  }
  return found;
}
