import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Server, startServer } from "./program";

/**
 * The registry of the distribution project, with its content in memory.
 *
 * @param path the program
 * @param folder takes its configuration
 * @throws Error where it does not start
 */
export function distributionRegistry(path: string, folder: string): Promise<Server> {
  const configuration = join(folder, "registry.json");
  const settings = { version: "0.1", storage: { inmemory: {} }, http: { addr: "127.0.0.1:0" } };
  // The registry reads YAML, of which JSON is a part.
  writeFileSync(configuration, JSON.stringify(settings));
  return startServer({
    path,
    args: ["serve", configuration],
    // Version 3 otherwise looks for a collector of traces.
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
    ready: /listening on 127\.0\.0\.1:(\d+)/,
  });
}

/**
 * The registry inside crane, of another make, with its content in memory.
 *
 * @param path crane
 * @throws Error where it does not start
 */
export function craneRegistry(path: string): Promise<Server> {
  const args = ["registry", "serve", "--address", "127.0.0.1:0"];
  return startServer({ path, args, ready: /serving on port (\d+)/ });
}
