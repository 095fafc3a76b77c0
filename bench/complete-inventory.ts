import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const fixture = join(__dirname, "../test/fixtures/inventories/rich");

/**
 * Writes the rich inventory of the tests into a folder, with `presence: complete` for the clouds: an export leaves
 * out mirrors that it would have to ask, and would give different answers.
 *
 * @returns the path of its `mirrors.yaml`
 */
export function writeCompleteInventory(folder: string): string {
  const rich = readFileSync(join(fixture, "mirrors.yaml"), "utf8");
  // If the stores were not listed as deployed, exports would send no clients to them.
  copyFileSync(join(fixture, "deployed.yaml"), join(folder, "deployed.yaml"));
  const unstated = rich.replace(/, presence: asked/g, "").replace(/^ {4}(?:presence|complete-after): .*\n/gm, "");
  const path = join(folder, "mirrors.yaml");
  writeFileSync(
    path,
    unstated.replace(/^ {4}cloud: (?:aws|azure|google)$/gm, "$&\n    presence: complete\n    complete-after: 24h"),
  );
  return path;
}
