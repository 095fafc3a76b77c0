import { checkSchema, type SchemaFinding, withoutUnsound } from "../document/check-schema";
import type { Path } from "../document/path";
import { type Problem, problemOfFile, sortedProblems } from "../document/problem";
import { readBytes, readDocument, type YamlDocument } from "../document/read-document";
import type { ReadingRuleId } from "../document/reading-rules";
import { crossFieldRules } from "./cross-field-rules";
import type { Draft } from "./draft";
import type { Inventory } from "./inventory";
import { resolve } from "./resolve";
import type { RuleContext } from "./rule";
import { mirrorsSchema } from "./schema";

export { formatProblem, type Problem } from "../document/problem";

/** An inventory with its warnings, or all that keeps it from being one. Problems come in the order of the file. */
export type InventoryReading =
  | { readonly ok: true; readonly inventory: Inventory; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What an inventory is checked against, besides itself. */
export interface InventoryOptions {
  /** Whether mirrors may be on loopback and in private networks: for tests and trials. @default false */
  readonly allowPrivateMirrors?: boolean | undefined;
}

/**
 * Reads `mirrors.yaml` from a file. Never throws.
 *
 * @param path as it is shown in problems
 * @param today the day against which credits are held (UTC)
 */
export function readInventoryFile(path: string, today: Date, options: InventoryOptions = {}): InventoryReading {
  return readPlacedInventory(path, today, options).reading;
}

/** The result of {@link readPlacedInventory}. */
export interface PlacedInventory {
  readonly reading: InventoryReading;
  /** What is written in the file, as far as it can be read. */
  readonly written: unknown;
  /** Makes the problem for a complaint that is found later, at a value's place in the file. */
  readonly place: YamlDocument["problem"];
}

/** As {@link readInventoryFile}, for callers that find more problems with the file's entries. */
export function readPlacedInventory(path: string, today: Date, options: InventoryOptions = {}): PlacedInventory {
  const bytes = readBytes(path);
  if (!(bytes instanceof Uint8Array)) return nowhere(path, [bytes]);
  const document = readDocument(bytes, path);
  if (!document.ok) return nowhere(path, sortedProblems(document.problems));
  return { reading: ofDocument(document, today, options), written: document.value, place: document.problem };
}

function nowhere(path: string, problems: readonly Problem[]): PlacedInventory {
  return { reading: { ok: false, problems }, written: undefined, place: (complaint) => problemOfFile(path, complaint) };
}

/**
 * Reads `mirrors.yaml`: every problem at once, each at its place. Never throws, whatever the bytes are.
 *
 * @param text the file's bytes
 * @param file its name, as it is shown in problems
 * @param today the day against which credits are held (UTC)
 */
export function readInventory(
  text: Uint8Array,
  file: string,
  today: Date,
  options: InventoryOptions = {},
): InventoryReading {
  const document = readDocument(text, file);
  return document.ok
    ? ofDocument(document, today, options)
    : { ok: false, problems: sortedProblems(document.problems) };
}

function ofDocument(
  document: YamlDocument,
  today: Date,
  { allowPrivateMirrors = false }: InventoryOptions,
): InventoryReading {
  const top = topProblem(document);
  if (top !== undefined) return { ok: false, problems: [...document.problems, top] };
  const context = { today: today.toISOString().slice(0, 10), allowPrivateMirrors };
  const problems = sortedProblems([...document.problems, ...contentProblems(document, context)]);
  const parsed = mirrorsSchema.safeParse(document.value);
  if (!parsed.success || problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, inventory: resolve(parsed.data), problems };
}

/** What is wrong if the file holds no fields at all. */
function topProblem(document: YamlDocument): Problem | undefined {
  const { value } = document;
  const fix = "Begin with docs/mirrors.md, or with the mirrors.yaml that this project comes with.";
  if (value === null || value === undefined) {
    return readingProblem(document, "file/empty", [], "the file is empty, or has comments only", fix);
  }
  if (typeof value === "object" && !Array.isArray(value)) return undefined;
  const kind = Array.isArray(value) ? "a list" : "a single value";
  return readingProblem(document, "file/not-a-mapping", [], `the file is ${kind}, not a mapping of fields`, fix);
}

function readingProblem(
  document: YamlDocument,
  rule: ReadingRuleId,
  path: Path,
  message: string,
  fix: string,
): Problem {
  return document.problem({ rule, severity: "error", message, fix }, path, "value");
}

function contentProblems(document: YamlDocument, context: RuleContext): Problem[] {
  const interpolations = interpolationFindings(document.value, []);
  const schemaFindings = checkSchema(mirrorsSchema, document.value);
  const places = new Set(interpolations.map(({ path }) => JSON.stringify(path)));
  const findings = [
    ...interpolations,
    // A text with `${` in it is no region, host or URL either; once is enough.
    ...schemaFindings.filter(({ rule, path }) => rule !== "schema/bad-value" || !places.has(JSON.stringify(path))),
  ];
  const draft = withoutUnsound(document.value, [...interpolations, ...schemaFindings]) as Draft;
  return [
    ...findings.map(({ rule, message, fix, path, target }) =>
      document.problem({ rule, severity: "error", message, fix }, path, target),
    ),
    ...ruleProblems(document, draft, context),
  ];
}

function ruleProblems(document: YamlDocument, draft: Draft, context: RuleContext): Problem[] {
  return crossFieldRules.flatMap((rule) =>
    [...rule.check(draft, context)].map(({ path, target = "value", message, fix }) =>
      document.problem({ rule: rule.id, severity: rule.severity, message, fix }, path, target),
    ),
  );
}

/** Terraform's `${…}` and `%{…}`, in keys and in values. */
function interpolationFindings(value: unknown, path: Path): SchemaFinding[] {
  if (typeof value === "string") return interpolationFinding(value, path, "value");
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, part]) => [
    ...(typeof key === "string" ? interpolationFinding(key, [...path, key], "key") : []),
    ...interpolationFindings(part, [...path, key]),
  ]);
}

function interpolationFinding(text: string, path: Path, target: "key" | "value"): SchemaFinding[] {
  const found = /[$%]\{/.exec(text)?.[0];
  if (found === undefined) return [];
  const message = `the text holds ${found}, which Terraform would evaluate`;
  const fix = "Write what is meant; placeholders of URLs are {digest}, {name} and {path}.";
  return [{ rule: "text/interpolation", path, target, message, fix, unsound: [path] }];
}
