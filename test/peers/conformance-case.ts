import { socketCarrier } from "../conformance/carriers";
import { runConformance } from "../conformance/run-cases";
import { startContainer } from "./container";

/**
 * Runs all conformance cases against the container's program, bundled as it is for an image.
 *
 * @param path of the runtime
 * @param folder for the files that are written
 * @returns a line for the report
 * @throws Error if it does not start, or a case fails
 */
export async function checkConformance(runtime: "node" | "bun", path: string, folder: string): Promise<string> {
  const server = await startContainer(path, "conformance", folder, { MIRRORFORM_STATUS: "off" });
  try {
    const { passed, differences, failures } = await runConformance(runtime, socketCarrier(server.port));
    if (failures.length > 0) {
      throw new Error(`${failures.length} of ${passed + failures.length} cases fail:\n${failures.join("\n")}`);
    }
    return `${passed} cases, ${differences} of them documented differences`;
  } finally {
    await server.stop();
  }
}
