import { checkDocument, type DocumentKind } from "../document/check-document";
import { type Problem, placeAtFile } from "../document/problem";
import { readDocument, readDocumentFile, type YamlDocument } from "../document/read-document";
import { crossFieldRules } from "./cross-field-rules";
import { findInterpolations } from "./find-interpolations";
import type { Inventory } from "./inventory";
import { inventoryWords } from "./inventory-words";
import { resolveInventory } from "./resolve-inventory";
import type { RuleContext } from "./rule";
import { mirrorsSchema } from "./schema";

/** An inventory with its warnings, or all problems. Problems come in the order of the file. */
export type InventoryReading =
  | { readonly ok: true; readonly inventory: Inventory; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Options for checking an inventory. */
export interface InventoryOptions {
  /** Whether mirrors may be on loopback and in private networks: for tests and trials. @default false */
  readonly allowPrivateMirrors?: boolean | undefined;
}

const inventoryKind: DocumentKind<typeof mirrorsSchema, RuleContext> = {
  words: inventoryWords,
  schema: mirrorsSchema,
  rules: crossFieldRules,
  findInStrings: findInterpolations,
};

/**
 * Reads `mirrors.yaml` from a file. Never throws.
 *
 * @param path as it is shown in problems
 * @param today the date used to check credits (UTC)
 */
export function readInventoryFile(path: string, today: Date, options: InventoryOptions = {}): InventoryReading {
  return readPlacedInventory(path, today, options).reading;
}

/** The result of {@link readPlacedInventory}. */
export interface PlacedInventory {
  readonly reading: InventoryReading;
  /** The raw content of the file, as far as it is readable. */
  readonly written: unknown;
  /** Locates a later complaint at a value of the file. */
  readonly place: YamlDocument["place"];
}

/** As {@link readInventoryFile}, for callers that find more problems with the file's entries. */
export function readPlacedInventory(path: string, today: Date, options: InventoryOptions = {}): PlacedInventory {
  const document = readDocumentFile(path, inventoryWords);
  if (document.ok) {
    return { reading: checkInventory(document, today, options), written: document.value, place: document.place };
  }
  return { reading: document, written: undefined, place: (complaint) => placeAtFile(path, complaint) };
}

/**
 * Reads `mirrors.yaml`: every problem at once, each at its place. Never throws, for any bytes.
 *
 * @param text the file's bytes
 * @param file its name, as it is shown in problems
 * @param today the date used to check credits (UTC)
 */
export function readInventory(
  text: Uint8Array,
  file: string,
  today: Date,
  options: InventoryOptions = {},
): InventoryReading {
  const document = readDocument(text, file, inventoryWords);
  return document.ok ? checkInventory(document, today, options) : document;
}

function checkInventory(
  document: YamlDocument,
  today: Date,
  { allowPrivateMirrors = false }: InventoryOptions,
): InventoryReading {
  const context = { today: today.toISOString().slice(0, 10), allowPrivateMirrors };
  const reading = checkDocument(document, inventoryKind, context);
  if (!reading.ok) return reading;
  return { ok: true, inventory: resolveInventory(reading.value), problems: reading.problems };
}
