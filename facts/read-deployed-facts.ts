import { existsSync } from "node:fs";
import { checkDocument, type DocumentKind } from "../document/check-document";
import type { Problem } from "../document/problem";
import { type NoDocument, readDocument, readDocumentFile, type YamlDocument } from "../document/read-document";
import type { Inventory } from "../inventory/inventory";
import { inventoryWords } from "../inventory/inventory-words";
import type { DeployedFacts } from "./deployed-facts";
import { deployedFactsSchema } from "./deployed-facts-schema";
import type { FactsContext } from "./facts-rule";
import { factsRules } from "./facts-rules";
import { factsOtherProject } from "./rules/facts-other-project";

/** Deployed facts with warnings, or all problems. */
export type DeployedFactsReading =
  | { readonly ok: true; readonly facts: DeployedFacts; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `deployed.yaml`, which is next to the inventory and refers to its keys. */
export const factsKind: DocumentKind<typeof deployedFactsSchema, FactsContext> = {
  words: { ...inventoryWords, start: "Start from docs/deployed.md; an empty file means that nothing is deployed." },
  schema: deployedFactsSchema,
  rules: factsRules,
  mayBeEmpty: true,
};

/** Reads `deployed.yaml`. A missing file means that nothing was deployed yet. Never throws. */
export function readDeployedFacts(path: string, inventory: Inventory): DeployedFactsReading {
  if (!existsSync(path)) return { ok: true, facts: {}, problems: [] };
  return checkFacts(readDocumentFile(path, factsKind.words), path, inventory);
}

/**
 * Reads deployed facts from a file's bytes: every problem at once.
 *
 * @param file its name, as it is shown in problems
 */
export function parseDeployedFacts(text: Uint8Array, file: string, inventory: Inventory): DeployedFactsReading {
  return checkFacts(readDocument(text, file, factsKind.words), file, inventory);
}

function checkFacts(document: YamlDocument | NoDocument, file: string, inventory: Inventory): DeployedFactsReading {
  if (!document.ok) return document;
  const reading = checkDocument(document, factsKind, { inventory, file });
  const other = reading.problems.find(({ rule }) => rule === factsOtherProject.id);
  if (other !== undefined) return { ok: false, problems: [other] };
  if (!reading.ok) return reading;
  return { ok: true, facts: reading.value as DeployedFacts, problems: reading.problems };
}
