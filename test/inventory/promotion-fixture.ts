import { join } from "node:path";
import type { Inventory } from "../../inventory/inventory";
import { readInventoryFile } from "../../inventory/read-inventory";

const file = join(__dirname, "..", "fixtures", "inventories", "promotion.yaml");

/** The inventory with everything about promotion: `test/fixtures/inventories/promotion.yaml`. */
export function readPromotionInventory(): Inventory {
  const reading = readInventoryFile(file, new Date("2026-11-21T12:00:00Z"));
  if (!reading.ok) throw new Error(`${file} is broken`);
  return reading.inventory;
}
