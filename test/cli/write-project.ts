import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { allListed, inventoryOf } from "../routing/tables";

/**
 * Writes an inventory to a folder, with deployed facts that list all its stores.
 *
 * @returns the path of the inventory
 */
export function writeProject(folder: string, text: string): string {
  const file = join(folder, "mirrors.yaml");
  writeFileSync(file, text);
  writeFileSync(join(folder, "deployed.yaml"), stringify(allListed(inventoryOf(text))));
  return file;
}
