import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endWithThisProcess, type Server, startServer } from "../../test/peers/program";
import { CountingProxy, type Traffic } from "./counting-proxy";

/** A server behind a proxy. */
export interface Place {
  readonly name: string;
  /** Of the server itself. */
  readonly direct: number;
  readonly proxy: CountingProxy;
}

/** The destinations of a measurement: empty at first. */
export interface Places {
  readonly source: Place;
  readonly registries: readonly Place[];
  readonly stores: readonly Place[];
  stop(): Promise<void>;
}

const registryCount = 4;
const storeCount = 2;

/** Starts a registry of the distribution project that keeps its content in a folder. */
export function startRegistry(program: string, folder: string): Promise<Server> {
  const configuration = join(folder, "registry.json");
  const settings = {
    version: "0.1",
    log: { accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "content"), maxthreads: 200 }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0", secret: "bench" },
  };
  // The registry reads YAML, and JSON is valid YAML.
  writeFileSync(configuration, JSON.stringify(settings));
  return startServer({
    path: program,
    args: ["serve", configuration],
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
    ready: /listening on 127\.0\.0\.1:(\d+)/,
  });
}

async function startStore(): Promise<Server> {
  const child = endWithThisProcess(fork(join(__dirname, "checksum-store.ts"), { execArgv: process.execArgv }));
  const [port] = (await once(child, "message")) as [number];
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.disconnect();
    await once(child, "exit");
  };
  return { port, stop };
}

/**
 * Starts empty destinations, with a proxy before each and before the source.
 *
 * @param program of the distribution project's registry
 * @param folder for the registries' content, which is removed when they stop
 * @param roundTrip added latency, in milliseconds
 */
export async function startPlaces(program: string, folder: string, source: number, roundTrip: number): Promise<Places> {
  const own = mkdtempSync(join(folder, "destinations-"));
  const registries = Array.from({ length: registryCount }, (_, number) => {
    const place = mkdtempSync(join(own, `registry-${number}-`));
    return startRegistry(program, place);
  });
  const servers = await Promise.all([...registries, ...Array.from({ length: storeCount }, startStore)]);
  const placeOf = async (name: string, direct: number): Promise<Place> => ({
    name,
    direct,
    proxy: await CountingProxy.start(direct, roundTrip),
  });
  const places = await Promise.all([
    placeOf("source", source),
    ...servers.map(({ port }, at) =>
      placeOf(at < registryCount ? `registry ${at + 1}` : `object store ${at - registryCount + 1}`, port),
    ),
  ]);
  const [first, ...others] = places as [Place, ...Place[]];
  return {
    source: first,
    registries: others.slice(0, registryCount),
    stores: others.slice(registryCount),
    stop: async () => {
      await Promise.all(places.map(({ proxy }) => proxy.stop()));
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(own, { recursive: true, force: true });
    },
  };
}

/** What went through the proxies since the last call. */
export function takeTraffic({ source, registries, stores }: Places) {
  const take = ({ proxy }: Place): Traffic => proxy.take();
  return { source: take(source), registries: registries.map(take), stores: stores.map(take) };
}
