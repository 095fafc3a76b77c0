import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../../packaging/bundle";
import { compileRoutingTable } from "../../routing/compile-routing-table";
import { allListed, fixture, inventoryOf, ranges } from "../routing/tables";
import { type Program, startServer } from "./program";

/**
 * Starts the container's program, bundled as it is for an image, with a fixture's routing table.
 *
 * @param path of the runtime: Node or Bun
 * @param folder for the files that are written
 * @param more environment variables besides the required ones
 * @throws Error if it does not start
 */
export function startContainer(
  path: string,
  inventory: string,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const program = join(folder, "container.js");
  const table = join(folder, "routing.table");
  const read = inventoryOf(fixture(inventory));
  writeFileSync(program, bundle("container.ts", "node20"));
  writeFileSync(table, compileRoutingTable(read, allListed(read), ranges));
  const settings = {
    PORT: "0",
    MIRRORFORM_TABLE: table,
    MIRRORFORM_CLIENT_ADDRESS: "forwarded:1",
    MIRRORFORM_PRESENCE: "assume",
  };
  return startServer({
    path,
    args: [program],
    env: { ...process.env, ...settings, ...more },
    ready: /^listening on http:\/\/.*:(\d+)$/,
  });
}
