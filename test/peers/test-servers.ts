import { digestOf } from "../../stores/registry/content";
import { checksumPath, filePath } from "./curl-cases";
import { createDebianRepositories, type DebianFiles } from "./debian-repositories";
import { type Files, startFileServer } from "./file-server";
import { findProgram, type ToolName } from "./find-tools";
import { createTestImage, pseudorandomBytes, type TestImage } from "./image";
import type { ServerPorts } from "./inventory";
import { startPagingRegistry } from "./paging-registry";
import type { Server } from "./program";
import { pushBlobs, pushImage } from "./push";
import { startCraneRegistry, startDistributionRegistry } from "./registries";

/** An origin and a mirror on loopback, with their content. */
export interface TestServers {
  readonly image: TestImage;
  readonly files: Files;
  readonly ports: ServerPorts;
  /** Stops only the mirror's servers: a retired mirror may no longer exist. */
  stopMirror(): Promise<void>;
  stop(): Promise<void>;
}

/** Port 9 (RFC 863), instead of registries that are not installed; no case connects to it. */
const nowhere: Server = { port: 9, stop: async () => {} };

/** The origin has everything. The mirror has nothing that vouches for files, so such files cannot come from it. */
interface ServerFiles {
  readonly origin: Files;
  readonly mirror: Files;
}

/** Creates the files for apt; none if apt is not installed. */
async function createDebianFiles(tools: ReadonlyMap<ToolName, string>, folder: string): Promise<DebianFiles> {
  const dpkgDeb = tools.has("apt-get") ? findProgram("dpkg-deb") : undefined;
  if (dpkgDeb === undefined) return { packages: new Map(), indexes: new Map() };
  return createDebianRepositories(dpkgDeb, folder);
}

async function createFiles(tools: ReadonlyMap<ToolName, string>, folder: string): Promise<ServerFiles> {
  const file = pseudorandomBytes("file", 1_000_000);
  const checksum = Buffer.from(`${digestOf(file).replace("sha256:", "")}\n`);
  const { packages, indexes } = await createDebianFiles(tools, folder);
  const mirror = new Map([[filePath, file], ...packages]);
  return { mirror, origin: new Map([...mirror, [checksumPath, checksum], ...indexes]) };
}

/** Starts the registries of the origin and of the mirror: two different programs if both are installed. */
async function startRegistries(
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  image: TestImage,
): Promise<Server[]> {
  const program = tools.get("registry");
  if (program === undefined) return [nowhere, nowhere];
  const crane = tools.get("crane");
  const origin = await startDistributionRegistry(program, folder);
  const mirror =
    crane === undefined ? await startDistributionRegistry(program, folder) : await startCraneRegistry(crane);
  await pushImage(`http://127.0.0.1:${origin.port}`, image);
  await pushBlobs(`http://127.0.0.1:${mirror.port}`, image);
  return [await startPagingRegistry(origin), mirror];
}

/**
 * Starts the servers and fills them: the origin with everything, the mirror with blobs and files only.
 *
 * @param folder for the servers' configuration
 * @throws Error if a server does not start, or refuses a push
 */
export async function startTestServers(tools: ReadonlyMap<ToolName, string>, folder: string): Promise<TestServers> {
  const image = createTestImage();
  const files = await createFiles(tools, folder);
  const [origin = nowhere, mirror = nowhere] = await startRegistries(tools, folder, image);
  const [filesOfOrigin, filesOfMirror] = await Promise.all([
    startFileServer(files.origin),
    startFileServer(files.mirror),
  ]);
  const stopMirror = async () => {
    await Promise.all([mirror.stop(), filesOfMirror.stop()]);
  };
  return {
    image,
    files: files.origin,
    ports: {
      originRegistry: origin.port,
      originFiles: filesOfOrigin.port,
      mirrorRegistry: mirror.port,
      mirrorFiles: filesOfMirror.port,
    },
    stopMirror,
    stop: async () => {
      await Promise.all([stopMirror(), origin.stop(), filesOfOrigin.stop()]);
    },
  };
}
