import { digestOf } from "../../stores/registry/content";
import { checksumPath, filePath } from "./curl-cases";
import { type DebianFiles, debianRepositories } from "./debian-repositories";
import { type Files, fileServer } from "./file-server";
import { findProgram, type ToolName } from "./find-tools";
import { noise, type TestImage, testImage } from "./image";
import type { Places } from "./inventory";
import { pagingRegistry } from "./paging-registry";
import type { Server } from "./program";
import { pushBlobs, pushImage } from "./push";
import { craneRegistry, distributionRegistry } from "./registries";

/** An origin and a mirror on loopback, filled. */
export interface Stage {
  readonly image: TestImage;
  readonly files: Files;
  readonly places: Places;
  /** Ends the mirror's servers alone: a retired mirror may be gone. */
  stopMirror(): Promise<void>;
  stop(): Promise<void>;
}

/** Port 9 (RFC 863): the registries of a stage without any, which no case asks. */
const nowhere: Server = { port: 9, stop: async () => {} };

/** The origin has everything; the mirror has nothing that vouches for files, so that none of it can come from there. */
interface StageFiles {
  readonly origin: Files;
  readonly mirror: Files;
}

/** What only apt asks for is left out where nobody runs it. */
async function debianFiles(tools: ReadonlyMap<ToolName, string>, folder: string): Promise<DebianFiles> {
  const dpkgDeb = tools.has("apt-get") ? findProgram("dpkg-deb") : undefined;
  if (dpkgDeb === undefined) return { packages: new Map(), indexes: new Map() };
  return debianRepositories(dpkgDeb, folder);
}

async function stageFiles(tools: ReadonlyMap<ToolName, string>, folder: string): Promise<StageFiles> {
  const file = noise("file", 1_000_000);
  const checksum = Buffer.from(`${digestOf(file).replace("sha256:", "")}\n`);
  const { packages, indexes } = await debianFiles(tools, folder);
  const mirror = new Map([[filePath, file], ...packages]);
  return { mirror, origin: new Map([...mirror, [checksumPath, checksum], ...indexes]) };
}

/** The registry of the origin, and that of the mirror: of two makes where both are at hand. */
async function registries(tools: ReadonlyMap<ToolName, string>, folder: string, image: TestImage): Promise<Server[]> {
  const program = tools.get("registry");
  if (program === undefined) return [nowhere, nowhere];
  const crane = tools.get("crane");
  const origin = await distributionRegistry(program, folder);
  const mirror = crane === undefined ? await distributionRegistry(program, folder) : await craneRegistry(crane);
  await pushImage(`http://127.0.0.1:${origin.port}`, image);
  await pushBlobs(`http://127.0.0.1:${mirror.port}`, image);
  return [await pagingRegistry(origin), mirror];
}

/**
 * Starts the servers and fills them: the origin with everything, the mirror with blobs and files alone.
 *
 * @param folder takes the configuration of servers
 * @throws Error where a server does not start, or does not take what is pushed
 */
export async function setStage(tools: ReadonlyMap<ToolName, string>, folder: string): Promise<Stage> {
  const image = testImage();
  const files = await stageFiles(tools, folder);
  const [origin = nowhere, mirror = nowhere] = await registries(tools, folder, image);
  const [filesOfOrigin, filesOfMirror] = await Promise.all([fileServer(files.origin), fileServer(files.mirror)]);
  const stopMirror = async () => {
    await Promise.all([mirror.stop(), filesOfMirror.stop()]);
  };
  return {
    image,
    files: files.origin,
    places: {
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
