import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DeployedFacts, StoreKind } from "../../facts/deployed-facts";
import { readDeployedFacts } from "../../facts/read-deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { readInventory } from "../../inventory/read-inventory";
import type { RangeEntry } from "../../networks/range-entry";
import { formatSnapshot } from "../../networks/snapshot-text";
import { compileRoutingTable } from "../../routing/compile-routing-table";
import { decodeRoutingTable, type RoutingTable } from "../../routing/routing-table";

const root = join(__dirname, "..", "..");

/** The current day in all tests of the project. */
export const today = new Date("2026-11-21T00:00:00Z");

/** Snapshots with a few entries of each region and ASN: the shipped ones take half a second to compile. */
export const ranges = join(root, "test", "fixtures", "range-snapshots");

/** An inventory from its text, which must have no errors; its mirrors may be on loopback. */
export function inventoryOf(text: string): Inventory {
  const reading = readInventory(new TextEncoder().encode(text), "mirrors.yaml", today, {
    allowPrivateMirrors: true,
  });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems, null, 2));
  return reading.inventory;
}

/** The text of an inventory of the fixtures. */
export function fixture(name: string): string {
  return readFileSync(join(root, "test", "fixtures", "inventories", `${name}.yaml`), "utf8");
}

/** The folder of an inventory of the size and shape of registry.k8s.io's, with its deployed facts. */
const rich = join(root, "test", "fixtures", "inventories", "rich");

/** The text of the rich inventory. */
export function richText(): string {
  return readFileSync(join(rich, "mirrors.yaml"), "utf8");
}

/** The rich inventory. */
export function richInventory(): Inventory {
  return inventoryOf(richText());
}

/** The deployed facts of the rich inventory. */
export function richFacts(): DeployedFacts {
  const reading = readDeployedFacts(join(rich, "deployed.yaml"), richInventory());
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems, null, 2));
  return reading.facts;
}

/** Adds to an inventory's facts that all its stores are deployed and filled. */
export function allListed(inventory: Inventory, facts: DeployedFacts = {}): DeployedFacts {
  const entries = inventory.providers.flatMap((provider) => {
    if (provider.cloud === "external") return [];
    const regions = (kind: StoreKind) => provider.mirrors.filter((mirror) => mirror[kind]).map(({ region }) => region);
    return [
      [provider.key, { ...facts[provider.key], stores: { bucket: regions("bucket"), registry: regions("registry") } }],
    ];
  });
  return { ...facts, ...Object.fromEntries(entries) };
}

/**
 * An inventory's routing table, with all stores listed unless facts say otherwise, and the ranges of the fixtures, or those
 * of another directory.
 */
export function tableOf(inventory: Inventory, facts = allListed(inventory), directory = ranges): RoutingTable {
  return decodeRoutingTable(compileRoutingTable(inventory, facts, directory));
}

/** A snapshot of ranges as of a day, for a test's own directory. */
export function writeSnapshot(directory: string, file: string, asOf: string, entries: readonly RangeEntry[]): void {
  writeFileSync(join(directory, file), formatSnapshot({ source: "a test", asOf, licence: "none", entries }));
}
