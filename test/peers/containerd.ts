import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./find-tools";
import { type Output, type Server, startServer } from "./program";
import type { Trial } from "./trial";

/** The name that images have at nodes; `hosts.toml` leads it to the redirector. */
const registry = "registry.example.org";

/** A containerd of our own, with nothing outside of a folder. */
interface Containerd extends Server {
  /** Its socket. */
  readonly address: string;
}

/**
 * Starts containerd, without what runs containers.
 *
 * @param folder takes its content
 * @throws Error where it does not start, as where nobody may but root
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
    // It has no port: the figure is a part of the time that it took.
    ready: /containerd successfully booted in (\d+)/,
  });
  return { ...server, address };
}

/** What containerd fetches, and with what. */
export interface ContainerdFetch extends Pick<Trial, "run" | "folder" | "redirector"> {
  /** With its tag, without a host. */
  readonly image: string;
}

/**
 * A node that fetches an image for all platforms: each call goes on where the last one ended. `run` runs `ctr`.
 *
 * @throws Error where it fails
 */
export interface Node {
  fetch(): Promise<Output>;
  /** The digests of what it has. */
  held(): Promise<ReadonlySet<string>>;
  stop(): Promise<void>;
}

/** Starts a node whose `hosts.toml` leads to the redirector. */
export async function startNode({ run, folder, redirector, image }: ContainerdFetch): Promise<Node> {
  const hosts = join(folder, "hosts");
  mkdirSync(join(hosts, registry), { recursive: true });
  const host = `[host."http://${redirector}"]\ncapabilities = ["pull", "resolve"]\n`;
  writeFileSync(join(hosts, registry, "hosts.toml"), host);
  const { address, stop } = await startContainerd(folder);
  const ctr = (...args: readonly string[]) => run("--address", address, "content", ...args);
  return {
    fetch: () => ctr("fetch", "--hosts-dir", hosts, "--all-platforms", `${registry}/${image}`),
    held: async () => new Set((await ctr("ls", "--quiet")).trim().split("\n")),
    stop,
  };
}

/** Fetches an image with a node of its own. @returns the digests of what it has then */
export async function fetchWithContainerd(what: ContainerdFetch): Promise<ReadonlySet<string>> {
  const node = await startNode(what);
  try {
    await node.fetch();
    return await node.held();
  } finally {
    await node.stop();
  }
}
