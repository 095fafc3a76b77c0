import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../../lambdas/redirector/carriers/bundle";
import { compileRoutingTable } from "../../routing/compile-routing-table";
import { socketCarrier } from "../conformance/carriers";
import { runConformance } from "../conformance/run-cases";
import { fixture, inventoryOf, ranges } from "../routing/tables";
import { startServer } from "./program";

/**
 * Runs all conformance cases against the container's program, bundled as for an image.
 *
 * @param path where the runtime is
 * @param folder takes what is written
 * @returns what a report tells
 * @throws Error where it does not start, or a case fails
 */
export async function checkConformance(runtime: "node" | "bun", path: string, folder: string): Promise<string> {
  const program = join(folder, "container.js");
  const table = join(folder, "conformance.table");
  writeFileSync(program, bundle("container.ts", "node20"));
  writeFileSync(table, compileRoutingTable(inventoryOf(fixture("conformance")), {}, ranges));
  const settings = {
    PORT: "0",
    MIRRORFORM_TABLE: table,
    MIRRORFORM_CLIENT_ADDRESS: "forwarded:1",
    MIRRORFORM_PRESENCE: "assume",
    MIRRORFORM_STATUS: "off",
  };
  const server = await startServer({
    path,
    args: [program],
    env: { ...process.env, ...settings },
    ready: /^listening on http:\/\/.*:(\d+)$/,
  });
  try {
    const { passed, differences, failures } = await runConformance(runtime, socketCarrier(server.port));
    if (failures.length > 0) {
      throw new Error(`${failures.length} of ${passed + failures.length} cases fail:\n${failures.join("\n")}`);
    }
    return `${passed} cases, ${differences} of them named differences`;
  } finally {
    await server.stop();
  }
}
