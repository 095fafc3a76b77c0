import { z } from "zod";
import type { DocumentWords } from "./document-words";
import { flowText } from "./flow-text";
import { meantValue, meantWord } from "./meant-value";
import { nearest } from "./nearest";
import type { Path, Target } from "./path";
import {
  chosenOption,
  distinguishingField,
  documentationOf,
  fieldsOf,
  keySchemaOf,
  memberOf,
  optionsOf,
  schemaAt,
} from "./schema-field";
import { suggestWord } from "./suggest-word";

/** What the schema refuses, and where. */
export interface SchemaFinding {
  /** The id of a rule: one of the reader's, or one that the file's words name. */
  readonly rule: string;
  readonly path: Path;
  readonly target: Target;
  readonly message: string;
  readonly fix: string;
  /** The field that a misspelt one is meant to be. */
  readonly meant?: string;
  /** The parts of the value that cannot be relied on because of this, there or not; of what is missing, none. */
  readonly unsound: readonly Path[];
}

/** The words of a file's kind that messages about its content need. */
export type SchemaWords = Pick<DocumentWords, "alternatives" | "synonyms" | "exactNames">;

/**
 * Finds everything that a schema refuses in a value: one finding for each mistake. A key or an alternative that is wrong
 * does not hide what is wrong behind it.
 */
export function checkSchema(schema: z.ZodType, value: unknown, words: SchemaWords = {}): SchemaFinding[] {
  const findings = new SchemaCheck(schema, value, words).find(schema, value, []);
  const unsound = new Set(findings.flatMap((finding) => finding.unsound.map((path) => JSON.stringify(path))));
  // What is missing because it is misspelt has been told.
  return findings.filter(({ rule, path }) => rule !== "schema/missing-field" || !unsound.has(JSON.stringify(path)));
}

/**
 * The value with `undefined` in the place of everything unsound: in lists, too, so that positions stay what they are.
 * A misspelt field is there under the name that was meant.
 */
export function withoutUnsound(value: unknown, findings: readonly SchemaFinding[]): unknown {
  const unsound = new Set(findings.flatMap((finding) => finding.unsound.map((path) => JSON.stringify(path))));
  const misspelt = new Map(
    findings.flatMap(({ path, meant }) => (meant ? [[JSON.stringify(path), meant] as const] : [])),
  );
  const sound = (part: unknown, path: Path): unknown => {
    if (unsound.has(JSON.stringify(path))) return undefined;
    if (Array.isArray(part)) return part.map((item, index) => sound(item, [...path, index]));
    if (typeof part !== "object" || part === null) return part;
    const entries = Object.entries(part).flatMap(([key, member]): [string, unknown][] => {
      const meant = misspelt.get(JSON.stringify([...path, key]));
      return meant === undefined || meant in part ? [[key, sound(member, [...path, key])]] : [[meant, undefined]];
    });
    // Without a prototype: a rule that asks for the provider "constructor" finds none.
    return Object.setPrototypeOf(Object.fromEntries(entries), null);
  };
  return sound(value, []);
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
      this.#ofIssue(issue, [...path, ...(issue.path as (string | number)[])]),
    );
  }

  #ofIssue(issue: Issue, path: Path): SchemaFinding[] {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => this.#unknownField(path, key));
    if (issue.code === "invalid_key") return this.#badKey(issue, path);
    if (issue.code === "invalid_union") {
      return issue.discriminator === undefined ? this.#ofAlternatives(path) : this.#unknownOption(issue, path);
    }
    return [this.#valueAt(path) === undefined ? this.#missing(path) : this.#badValue(issue, path)];
  }

  #unknownField(path: Path, key: string): SchemaFinding {
    const schema = this.#schemaAt(path);
    const known = Object.keys(schema ? fieldsOf(chosenOption(schema, this.#valueAt(path))) : {});
    const split = splitField(key, known);
    const meant = split?.name ?? nearest(key, known);
    return {
      rule: "schema/unknown-field",
      path: [...path, key],
      target: "key",
      message:
        split === undefined
          ? `there is no field "${key}" here${suggestWord(meant)}`
          : `"${key}" is one word: no ${split.isSpaced ? "ordinary " : ""}space follows the colon`,
      fix: split === undefined ? knownFields(known) : `Write ${split.name}: ${split.rest}`,
      ...(meant === undefined ? {} : { meant }),
      unsound: [[...path, key], ...(meant === undefined ? [] : [[...path, meant]])],
    };
  }

  #badKey(issue: IssueOf<"invalid_key">, path: Path): SchemaFinding[] {
    const key = String(path.at(-1));
    const [first] = issue.issues;
    const expected = issue.issues.map(expectation).join(" and ");
    const record = this.#schemaAt(path.slice(0, -1));
    const keys = record && keySchemaOf(record);
    const meant = keys === undefined ? undefined : meantValue(keys, key, this.#words);
    const [shape] = (keys && documentationOf(keys).examples) ?? [];
    const example = shape === undefined ? "" : `, as ${shape}`;
    const finding: SchemaFinding = {
      rule: "schema/bad-value",
      path,
      target: "key",
      message: first?.code === "custom" ? first.message : `"${key}" is not ${expected}`,
      fix: `Rename it${meant === undefined ? example : ` to ${flowText(meant)}`}, and whatever refers to it.`,
      unsound: [path],
    };
    const schema = this.#schemaAt(path);
    return schema === undefined ? [finding] : [finding, ...this.find(schema, this.#valueAt(path), path)];
  }

  /** A union's alternatives are told apart by one field, and its value is none of theirs. */
  #unknownOption(issue: IssueOf<"invalid_union">, path: Path): SchemaFinding[] {
    const field = issue.discriminator ?? "";
    const options = ((issue as { options?: unknown[] }).options ?? []).map(String);
    const words = Object.hasOwn(this.#words.alternatives ?? {}, field) ? this.#words.alternatives?.[field] : undefined;
    const written = this.#valueAt(path);
    const unsound = [path.slice(0, -1)];
    const known = `Write one of: ${options.join(", ")}.${words === undefined ? "" : ` ${words.fix}`}`;
    if (written === undefined) return [{ ...this.#missing(path), fix: known, unsound }];
    const meant = meantWord(options, String(written), this.#words);
    const fix = meant === undefined ? known : `Write ${field}: ${meant}`;
    const refusal = words?.message ?? `is not one of ${options.join(", ")}`;
    const message = `${shown(written)} ${refusal}${suggestWord(meant)}`;
    return [{ rule: words?.rule ?? "schema/bad-value", path, target: "value", message, fix, unsound }];
  }

  /** An entry of a list of alternatives names exactly one of them; then only that one's mistakes count. */
  #ofAlternatives(path: Path): SchemaFinding[] {
    const value = this.#valueAt(path);
    const schema = this.#schemaAt(path);
    const options = schema === undefined ? [] : optionsOf(schema);
    const kinds = options.map(distinguishingField);
    const written = options.filter((option) => memberOf(value, distinguishingField(option)) !== undefined);
    const [first, second] = written;
    if (first !== undefined && second === undefined) return this.find(first, value, path);
    const finding = { path, target: "value", unsound: [path] as readonly Path[] } as const;
    if (first !== undefined) {
      const both = written.map(distinguishingField).join(" and ");
      const message = `one entry names ${both}, of which it can hold one`;
      return [{ ...finding, rule: "schema/bad-value", message, fix: "Make an entry of each." }];
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const message = `a mapping is expected here, not ${shown(value)}`;
      return [{ ...finding, rule: "schema/wrong-type", message, fix: `Write { ${kinds.join(": … } or { ")}: … }.` }];
    }
    return [this.#noAlternative(value, path, kinds)];
  }

  #noAlternative(value: object, path: Path, kinds: readonly string[]): SchemaFinding {
    const fix = `An entry holds one of: ${kinds.join(", ")}.`;
    const mistyped = Object.keys(value).find((key) => nearest(key, kinds) !== undefined);
    if (mistyped === undefined) {
      const message = "this entry names nothing that is known";
      return { rule: "schema/bad-value", path, target: "value", message, fix, unsound: [path] };
    }
    const message = `there is no field "${mistyped}" here${suggestWord(nearest(mistyped, kinds))}`;
    return { rule: "schema/unknown-field", path: [...path, mistyped], target: "key", message, fix, unsound: [path] };
  }

  #missing(path: Path): SchemaFinding {
    const owner = path.length > 1 ? ` in ${path.slice(0, -1).join(".")}` : "";
    const message = `"${path.at(-1)}" is missing${owner}`;
    const fix = this.#described(path, "Add it.");
    return { rule: "schema/missing-field", path, target: "value", message, fix, unsound: [] };
  }

  #badValue(issue: Issue, path: Path): SchemaFinding {
    const value = this.#valueAt(path);
    const common = { path, target: "value", fix: this.#describeFix(path), unsound: [path] as readonly Path[] } as const;
    if (issue.code === "invalid_type" && !isFraction(issue, value)) {
      const instead = value === null ? "but nothing is written" : `not ${shown(value)}`;
      const comma = issue.expected === "number" && /\d,\d/.test(String(value)) ? ": a number has no comma" : "";
      const message = `${typeWords[issue.expected] ?? issue.expected} is expected here, ${instead}${comma}`;
      return { ...common, rule: "schema/wrong-type", message };
    }
    const message =
      issue.code === "custom"
        ? issue.message
        : `${shown(value)} is not ${expectation(issue)}${suggestion(issue, value)}`;
    return { ...common, rule: "schema/bad-value", message };
  }

  /** What to write instead, if that is known; otherwise what the field is for. */
  #describeFix(path: Path): string {
    const schema = this.#schemaAt(path);
    const value = this.#valueAt(path);
    const name = typeof path.at(-1) === "string" ? `${path.at(-1)}: ` : "";
    const example = value === null && schema !== undefined ? documentationOf(schema).examples?.[0] : undefined;
    const meant = example ?? (schema === undefined ? undefined : meantValue(schema, value, this.#words));
    const text = meant === undefined ? "" : flowText(meant);
    if (text !== "" && text.length <= longestFix) return `Write ${name}${text}`;
    const isListed = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "object");
    return `${isListed ? "Take out the hyphens, which make a list. " : ""}${this.#described(path, "Correct it.")}`;
  }

  /** What the field is for, and an example of it: most mistakes are answered by that. */
  #described(path: Path, fallback: string): string {
    const schema = this.#schemaAt(path);
    const { description, examples } = schema === undefined ? {} : documentationOf(schema);
    const fields = schema === undefined ? [] : Object.keys(fieldsOf(schema));
    const around = path.slice(0, -1);
    if (description === undefined && fields.length === 0 && around.length > 0) return this.#described(around, fallback);
    const example = examples?.[0] === undefined ? "" : ` For example: ${flowText(examples[0])}`;
    if (description !== undefined) return `${description}${example}`;
    return `${fields.length > 0 ? knownFields(fields) : fallback}${example}`;
  }

  #schemaAt(path: Path): z.core.$ZodType | undefined {
    return schemaAt(this.#top, this.#whole, path);
  }

  #valueAt(path: Path): unknown {
    return path.reduce<unknown>((value, part) => memberOf(value, part), this.#whole);
  }
}

/** A longer fix does not help. */
const longestFix = 200;

/** A field and its value that read as one word, because there is no space, or a special one, between them. */
function splitField(key: string, known: readonly string[]) {
  const [, name = "", space, rest] = /^([a-z-]+):(\s*)(.+)$/su.exec(key) ?? [];
  return known.includes(name) ? { name, isSpaced: space !== "", rest } : undefined;
}

function knownFields(known: readonly string[]): string {
  return known.length === 0 ? "Nothing can be set here: take it out." : `The fields here are: ${known.join(", ")}.`;
}

const typeWords: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** What a value should have been: the schema's own words where it has some. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(", ")}`;
    case "too_small":
      return issue.origin === "array"
        ? "a list with an entry"
        : `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${unit(issue)}`;
    case "too_big":
      return `at most ${issue.maximum}${unit(issue)}`;
    case "invalid_type":
      return typeWords[issue.expected] ?? issue.expected;
    default:
      return issue.message;
  }
}

function unit(issue: { origin: string }): string {
  return issue.origin === "string" ? " characters long" : "";
}

function suggestion(issue: Issue, value: unknown): string {
  return suggestWord(issue.code === "invalid_value" ? nearest(String(value), issue.values.map(String)) : undefined);
}

/** 4.5 is of the right type, but not a number that can be meant. */
function isFraction(issue: IssueOf<"invalid_type">, value: unknown): boolean {
  return (issue.expected as string) === "int" && typeof value === "number";
}

/** A value in a message: short, and on one line. */
function shown(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return `the ${typeof value} ${String(value)}`;
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
