import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const fixture = join(__dirname, "../test/fixtures/inventories/rich");

/**
 * Writes the rich inventory of the tests into a folder, but with clouds that state to hold everything: an export leaves
 * out those that it would have to ask, and would give other answers.
 *
 * @returns the path of its `mirrors.yaml`
 */
export function writeCompleteInventory(folder: string): string {
  const rich = readFileSync(join(fixture, "mirrors.yaml"), "utf8");
  // Without the stores that are deployed, exports would send nobody to them.
  copyFileSync(join(fixture, "deployed.yaml"), join(folder, "deployed.yaml"));
  const unstated = rich.replace(/, presence: asked/g, "").replace(/^ {4}presence: .*\n/gm, "");
  const path = join(folder, "mirrors.yaml");
  writeFileSync(path, unstated.replace(/^ {4}cloud: (?:aws|azure|google)$/gm, "$&\n    presence: complete"));
  return path;
}
