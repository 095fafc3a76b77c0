import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Server, startServer } from "./program";

/**
 * Starts the registry of the distribution project, with its content in memory.
 *
 * @param path of the program
 * @param folder for its configuration
 * @throws Error if it does not start
 */
export function startDistributionRegistry(path: string, folder: string): Promise<Server> {
  const configuration = join(folder, "registry.json");
  const settings = {
    version: "0.1",
    storage: { inmemory: {}, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0" },
  };
  // The registry reads YAML, and JSON is valid YAML.
  writeFileSync(configuration, JSON.stringify(settings));
  return startServer({
    path,
    args: ["serve", configuration],
    // Without this, version 3 looks for a trace collector.
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
    ready: /listening on 127\.0\.0\.1:(\d+)/,
  });
}

/**
 * Starts the registry that is part of crane, a different implementation, with its content in memory.
 *
 * @param path of crane
 * @throws Error if it does not start
 */
export function startCraneRegistry(path: string): Promise<Server> {
  const args = ["registry", "serve", "--address", "127.0.0.1:0"];
  return startServer({ path, args, ready: /serving on port (\d+)/ });
}
