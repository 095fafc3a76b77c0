import { z } from "zod";
import type { DocumentWords } from "./document-words";
import { findNearest } from "./find-nearest";
import { formatFlow } from "./format-flow";
import { guessValue, guessWord } from "./guess-value";
import type { Path, Target } from "./path";
import {
  distinguishingField,
  documentationOf,
  fieldsOf,
  findOption,
  hasFieldOptions,
  keySchemaOf,
  memberOf,
  optionsOf,
  schemaAt,
} from "./schema-field";
import { suggestWord } from "./suggest-word";

/** A schema violation and its location. */
export interface SchemaFinding {
  /** The id of a rule: one of the reader's, or one that the file's words name. */
  readonly rule: string;
  readonly path: Path;
  readonly target: Target;
  readonly message: string;
  readonly fix: string;
  /** The field that was probably meant, if it is misspelt. */
  readonly meant?: string;
  /** Paths of invalid parts, present or not; none for missing fields. */
  readonly invalid: readonly Path[];
}

/** The words of a kind of file that messages about its content use. */
export type SchemaWords = Pick<DocumentWords, "alternatives" | "synonyms" | "exactNames">;

/**
 * Finds everything that a schema refuses in a value: one finding for each mistake. An invalid key or alternative does
 * not hide errors below it.
 */
export function checkSchema(schema: z.ZodType, value: unknown, words: SchemaWords = {}): SchemaFinding[] {
  const findings = new SchemaCheck(schema, value, words).find(schema, value, []);
  const invalid = new Set(findings.flatMap((finding) => finding.invalid.map((path) => JSON.stringify(path))));
  // A field that is missing because it is misspelt is already reported.
  return findings.filter(({ rule, path }) => rule !== "schema/missing-field" || !invalid.has(JSON.stringify(path)));
}

/**
 * The value with every invalid part replaced by `undefined`, also in lists, so that positions stay the same.
 * A misspelt field gets the name that was meant.
 */
export function removeInvalid(value: unknown, findings: readonly SchemaFinding[]): unknown {
  const invalid = new Set(findings.flatMap((finding) => finding.invalid.map((path) => JSON.stringify(path))));
  const misspelt = new Map(
    findings.flatMap(({ path, meant }) => (meant ? [[JSON.stringify(path), meant] as const] : [])),
  );
  const removeIn = (part: unknown, path: Path): unknown => {
    if (invalid.size > 0 && invalid.has(JSON.stringify(path))) return undefined;
    if (Array.isArray(part)) return part.map((item, index) => removeIn(item, [...path, index]));
    if (typeof part !== "object" || part === null) return part;
    const entries = Object.entries(part).flatMap(([key, member]): [string, unknown][] => {
      const meant = misspelt.size > 0 ? misspelt.get(JSON.stringify([...path, key])) : undefined;
      return meant === undefined || meant in part ? [[key, removeIn(member, [...path, key])]] : [[meant, undefined]];
    });
    // Without a prototype: a rule that asks for the provider "constructor" finds none.
    return Object.setPrototypeOf(Object.fromEntries(entries), null);
  };
  return removeIn(value, []);
}

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue["code"]> = Extract<Issue, { code: Code }>;

class SchemaCheck {
  readonly #top: z.ZodType;
  readonly #whole: unknown;
  readonly #words: SchemaWords;

  constructor(top: z.ZodType, whole: unknown, words: SchemaWords) {
    this.#top = top;
    this.#whole = whole;
    this.#words = words;
  }

  find(schema: z.core.$ZodType, value: unknown, path: Path): SchemaFinding[] {
    const result = z.safeParse(schema, value);
    if (result.success) return [];
    return result.error.issues.flatMap((issue) =>
      this.#describeIssue(issue, [...path, ...(issue.path as (string | number)[])]),
    );
  }

  #describeIssue(issue: Issue, path: Path): SchemaFinding[] {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => this.#describeUnknownField(path, key));
    if (issue.code === "invalid_key") return this.#describeBadKey(issue, path);
    if (issue.code === "invalid_union") {
      if (issue.discriminator !== undefined) return this.#describeUnknownOption(issue, path);
      return this.#findValue(path) === undefined ? [this.#describeMissing(path)] : this.#describeUnion(issue, path);
    }
    return [this.#findValue(path) === undefined ? this.#describeMissing(path) : this.#describeBadValue(issue, path)];
  }

  #describeUnknownField(path: Path, key: string): SchemaFinding {
    const schema = this.#findSchema(path);
    const known = Object.keys(schema ? fieldsOf(findOption(schema, this.#findValue(path))) : {});
    const split = splitField(key, known);
    const meant = split?.name ?? findNearest(key, known);
    return {
      rule: "schema/unknown-field",
      path: [...path, key],
      target: "key",
      message:
        split === undefined
          ? `there is no field "${key}" here${suggestWord(meant)}`
          : `"${key}" needs ${split.isSpaced ? "an ordinary" : "a"} space after the colon`,
      fix: split === undefined ? listFields(known) : `Write ${split.name}: ${split.rest}`,
      ...(meant === undefined ? {} : { meant }),
      invalid: [[...path, key], ...(meant === undefined ? [] : [[...path, meant]])],
    };
  }

  #describeBadKey(issue: IssueOf<"invalid_key">, path: Path): SchemaFinding[] {
    const key = String(path.at(-1));
    const [first] = issue.issues;
    const expected = issue.issues.map(describeExpectation).join(" and ");
    const record = this.#findSchema(path.slice(0, -1));
    const keys = record && keySchemaOf(record);
    const meant = keys === undefined ? undefined : guessValue(keys, key, this.#words);
    const [shape] = (keys && documentationOf(keys).examples) ?? [];
    const example = shape === undefined ? "" : `, such as ${shape}`;
    const finding: SchemaFinding = {
      rule: "schema/bad-value",
      path,
      target: "key",
      message: first?.code === "custom" ? first.message : `"${key}" is not ${expected}`,
      fix: `Rename it${meant === undefined ? example : ` to ${formatFlow(meant)}`}, and all references to it.`,
      invalid: [path],
    };
    const schema = this.#findSchema(path);
    return schema === undefined ? [finding] : [finding, ...this.find(schema, this.#findValue(path), path)];
  }

  /** The value of the field that distinguishes a union's alternatives matches none of them. */
  #describeUnknownOption(issue: IssueOf<"invalid_union">, path: Path): SchemaFinding[] {
    const field = issue.discriminator ?? "";
    const options = ((issue as { options?: unknown[] }).options ?? []).map(String);
    const words = Object.hasOwn(this.#words.alternatives ?? {}, field) ? this.#words.alternatives?.[field] : undefined;
    const written = this.#findValue(path);
    const invalid = [path.slice(0, -1)];
    const known = `Write one of: ${options.join(", ")}.${words === undefined ? "" : ` ${words.fix}`}`;
    if (written === undefined) return [{ ...this.#describeMissing(path), fix: known, invalid }];
    const meant = guessWord(options, String(written), this.#words);
    const fix = meant === undefined ? known : `Write ${field}: ${meant}`;
    const requirement = words?.message ?? `is not one of ${options.join(", ")}`;
    const message = `${formatValue(written)} ${requirement}${suggestWord(meant)}`;
    return [{ rule: words?.rule ?? "schema/bad-value", path, target: "value", message, fix, invalid }];
  }

  /** An entry must use exactly one alternative; only its mistakes are reported. */
  #describeUnion(issue: Issue, path: Path): SchemaFinding[] {
    const value = this.#findValue(path);
    const schema = this.#findSchema(path);
    if (schema !== undefined && !hasFieldOptions(schema)) return this.#describeNoKind(issue, schema, path);
    const options = schema === undefined ? [] : optionsOf(schema);
    const kinds = options.map(distinguishingField);
    const written = options.filter((option) => memberOf(value, distinguishingField(option)) !== undefined);
    const [first, second] = written;
    if (first !== undefined && second === undefined) return this.find(first, value, path);
    const finding = { path, target: "value", invalid: [path] as readonly Path[] } as const;
    if (first !== undefined) {
      const both = written.map(distinguishingField).join(" and ");
      const message = `an entry can only have one of ${both}`;
      return [{ ...finding, rule: "schema/bad-value", message, fix: "Write a separate entry for each." }];
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const message = `a mapping is expected here, not ${formatValue(value)}`;
      return [{ ...finding, rule: "schema/wrong-type", message, fix: `Write { ${kinds.join(": … } or { ")}: … }.` }];
    }
    return [this.#describeNoAlternative(value, path, kinds)];
  }

  /** A value that is none of several kinds; of a list, only its mistakes are reported. */
  #describeNoKind(issue: Issue, schema: z.core.$ZodType, path: Path): SchemaFinding[] {
    const value = this.#findValue(path);
    const list = findOption(schema, value);
    if (list instanceof z.ZodArray) return this.find(list, value, path);
    const titles = optionsOf(schema).flatMap((option) => documentationOf(option).title ?? []);
    const expected = titles.length > 0 ? titles.join(" or ") : issue.message;
    const message =
      value === null ? `${expected} is expected here, but it is empty` : `${formatValue(value)} is not ${expected}`;
    const rule = "schema/bad-value";
    return [{ rule, path, target: "value", message, fix: this.#describeFix(path), invalid: [path] }];
  }

  #describeNoAlternative(value: object, path: Path, kinds: readonly string[]): SchemaFinding {
    const fix = `An entry has one of: ${kinds.join(", ")}.`;
    const mistyped = Object.keys(value).find((key) => findNearest(key, kinds) !== undefined);
    if (mistyped === undefined) {
      const message = "this entry has no known field";
      return { rule: "schema/bad-value", path, target: "value", message, fix, invalid: [path] };
    }
    const message = `there is no field "${mistyped}" here${suggestWord(findNearest(mistyped, kinds))}`;
    return { rule: "schema/unknown-field", path: [...path, mistyped], target: "key", message, fix, invalid: [path] };
  }

  #describeMissing(path: Path): SchemaFinding {
    const owner = path.length > 1 ? ` in ${path.slice(0, -1).join(".")}` : "";
    const message = `"${path.at(-1)}" is missing${owner}`;
    const fix = this.#describeField(path, "Add it.");
    return { rule: "schema/missing-field", path, target: "value", message, fix, invalid: [] };
  }

  #describeBadValue(issue: Issue, path: Path): SchemaFinding {
    const value = this.#findValue(path);
    const common = { path, target: "value", fix: this.#describeFix(path), invalid: [path] as readonly Path[] } as const;
    if (issue.code === "invalid_type" && !isFraction(issue, value)) {
      const instead = value === null ? "but it is empty" : `not ${formatValue(value)}`;
      const comma = issue.expected === "number" && /\d,\d/.test(String(value)) ? ": numbers have no commas" : "";
      const message = `${typeWords[issue.expected] ?? issue.expected} is expected here, ${instead}${comma}`;
      return { ...common, rule: "schema/wrong-type", message };
    }
    const message =
      issue.code === "custom"
        ? issue.message
        : `${formatValue(value)} is not ${describeExpectation(issue)}${suggestValue(issue, value)}`;
    return { ...common, rule: "schema/bad-value", message };
  }

  /** The suggested value, if known; otherwise the field's purpose. */
  #describeFix(path: Path): string {
    const schema = this.#findSchema(path);
    const value = this.#findValue(path);
    const name = typeof path.at(-1) === "string" ? `${path.at(-1)}: ` : "";
    const example = value === null && schema !== undefined ? documentationOf(schema).examples?.[0] : undefined;
    const meant = example ?? (schema === undefined ? undefined : guessValue(schema, value, this.#words));
    const text = meant === undefined ? "" : formatFlow(meant);
    if (text !== "" && text.length <= longestFix) return `Write ${name}${text}`;
    const isListed = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "object");
    return `${isListed ? "Remove the hyphens; they make it a list. " : ""}${this.#describeField(path, "Correct it.")}`;
  }

  /** The field's purpose and an example. */
  #describeField(path: Path, fallback: string): string {
    const schema = this.#findSchema(path);
    const { description, examples } = schema === undefined ? {} : documentationOf(schema);
    const fields = schema === undefined ? [] : Object.keys(fieldsOf(schema));
    const around = path.slice(0, -1);
    if (description === undefined && fields.length === 0 && around.length > 0)
      return this.#describeField(around, fallback);
    const example = examples?.[0] === undefined ? "" : ` For example: ${formatFlow(examples[0])}`;
    if (description !== undefined) return `${description}${example}`;
    return `${fields.length > 0 ? listFields(fields) : fallback}${example}`;
  }

  #findSchema(path: Path): z.core.$ZodType | undefined {
    return schemaAt(this.#top, this.#whole, path);
  }

  #findValue(path: Path): unknown {
    return path.reduce<unknown>((value, part) => memberOf(value, part), this.#whole);
  }
}

/** Longer fixes are not shown. */
const longestFix = 200;

/** A field and value without an ordinary space after the colon. */
function splitField(key: string, known: readonly string[]) {
  const [, name = "", space, rest] = /^([a-z-]+):(\s*)(.+)$/su.exec(key) ?? [];
  return known.includes(name) ? { name, isSpaced: space !== "", rest } : undefined;
}

function listFields(known: readonly string[]): string {
  return known.length === 0 ? "No fields are allowed here: remove it." : `The fields here are: ${known.join(", ")}.`;
}

const typeWords: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** The expected value, in the schema's own words if it has any. */
function describeExpectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(", ")}`;
    case "too_small":
      return issue.origin === "array"
        ? "a list with an entry"
        : `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${formatUnit(issue)}`;
    case "too_big":
      return `at most ${issue.maximum}${formatUnit(issue)}`;
    case "invalid_type":
      return typeWords[issue.expected] ?? issue.expected;
    default:
      return issue.message;
  }
}

function formatUnit(issue: { origin: string }): string {
  return issue.origin === "string" ? " characters long" : "";
}

function suggestValue(issue: Issue, value: unknown): string {
  return suggestWord(issue.code === "invalid_value" ? findNearest(String(value), issue.values.map(String)) : undefined);
}

/** 4.5 has the right type but is not a whole number. */
function isFraction(issue: IssueOf<"invalid_type">, value: unknown): boolean {
  return (issue.expected as string) === "int" && typeof value === "number";
}

/** A value formatted for a message: short, on one line. */
function formatValue(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return `the ${typeof value} ${String(value)}`;
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
