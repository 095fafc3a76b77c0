import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CaseContext } from "./client-case";
import { findProgram } from "./find-tools";
import { type Output, type Server, startServer } from "./program";

/** The registry's name at nodes; `hosts.toml` maps it to the redirector. */
const registry = "registry.example.org";

/** A containerd whose files are all in one folder. */
interface Containerd extends Server {
  /** Its socket. */
  readonly address: string;
}

/**
 * Starts containerd without the plug-ins that run containers.
 *
 * @param folder for its files
 * @throws Error if it does not start, for example because the user is not root
 */
async function startContainerd(folder: string): Promise<Containerd> {
  const address = join(folder, "containerd.sock");
  const configuration = join(folder, "containerd.toml");
  const settings = [
    "version = 2",
    `root = "${folder}/root"`,
    `state = "${folder}/state"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]',
    `[grpc]\naddress = "${address}"`,
    `[ttrpc]\naddress = "${address}.ttrpc"`,
  ];
  writeFileSync(configuration, settings.join("\n"));
  const server = await startServer({
    path: findProgram("containerd") ?? "containerd",
    args: ["--config", configuration],
    // It has no port; the number is a part of the time that starting took.
    ready: /containerd successfully booted in (\d+)/,
  });
  return { ...server, address };
}

/** Properties of {@link startNode}. `run` runs `ctr`. */
export interface ContainerdFetch extends Pick<CaseContext, "run" | "folder" | "redirector"> {
  /** With its tag, without a host. */
  readonly image: string;
}

/** A node that pulls an image with containerd. */
export interface Node {
  /** Fetches the image for all platforms; each call continues where the last one ended. @throws Error if that fails */
  fetch(): Promise<Output>;
  /** Lists the digests of the content that it has. */
  listDigests(): Promise<ReadonlySet<string>>;
  stop(): Promise<void>;
}

/** Starts a node whose `hosts.toml` names the redirector. */
export async function startNode({ run, folder, redirector, image }: ContainerdFetch): Promise<Node> {
  const hosts = join(folder, "hosts");
  mkdirSync(join(hosts, registry), { recursive: true });
  const host = `[host."http://${redirector}"]\ncapabilities = ["pull", "resolve"]\n`;
  writeFileSync(join(hosts, registry, "hosts.toml"), host);
  const { address, stop } = await startContainerd(folder);
  const ctr = (...args: readonly string[]) => run("--address", address, "content", ...args);
  return {
    fetch: () => ctr("fetch", "--hosts-dir", hosts, "--all-platforms", `${registry}/${image}`),
    listDigests: async () => new Set((await ctr("ls", "--quiet")).trim().split("\n")),
    stop,
  };
}

/** Fetches an image with a new node. @returns the digests of the content that the node has then */
export async function fetchWithContainerd(fetch: ContainerdFetch): Promise<ReadonlySet<string>> {
  const node = await startNode(fetch);
  try {
    await node.fetch();
    return await node.listDigests();
  } finally {
    await node.stop();
  }
}
