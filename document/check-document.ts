import type { z } from "zod";
import { checkSchema, removeInvalid, type SchemaFinding } from "./check-schema";
import type { DocumentWords } from "./document-words";
import type { DraftOf } from "./draft";
import { type Complaint, isError, type Problem, sortProblems } from "./problem";
import type { YamlDocument } from "./read-document";
import type { ReadingRuleId } from "./reading-rules";
import type { Rule } from "./rule";

/** A kind of file: its words, its schema and its rules. */
export interface DocumentKind<Schema extends z.ZodType, Context> {
  readonly words: DocumentWords;
  readonly schema: Schema;
  readonly rules: readonly Rule<DraftOf<z.input<Schema>>, Context>[];
  /** Whether the top of the file is a mapping of fields, or a list. @default "mapping" */
  readonly top?: "mapping" | "list";
  /** Whether an empty file is valid and has no fields, or no entries. @default false */
  readonly mayBeEmpty?: boolean;
  /** Finds what no string of such a file may contain, in any field. @default nothing */
  findInStrings?(value: unknown): readonly SchemaFinding[];
}

/** The content of a file with warnings, or all problems. Problems come in the order of the file. */
export type DocumentReading<Value> =
  | { readonly ok: true; readonly value: Value; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks the content of a file: every problem at once, each at its place. Rules get what the schema accepts, so that one
 * mistake does not hide others.
 */
export function checkDocument<Schema extends z.ZodType, Context>(
  document: YamlDocument,
  kind: DocumentKind<Schema, Context>,
  context: Context,
): DocumentReading<z.output<Schema>> {
  const top = checkTop(document.value, kind);
  if (top !== undefined) {
    return { ok: false, problems: sortProblems([...document.problems, document.place(top, [], "value")]) };
  }
  const value = document.value ?? (kind.top === "list" ? [] : {});
  const inStrings = kind.findInStrings?.(value) ?? [];
  const parsed = kind.schema.safeParse(value);
  const findings = [...inStrings, ...(parsed.success ? [] : checkSchema(kind.schema, value, kind.words))];
  const draft = removeInvalid(value, findings) as DraftOf<z.input<Schema>>;
  const problems = sortProblems([
    ...document.problems,
    ...dropRepeated(findings, inStrings).map(({ path, target, rule, message, fix }) =>
      document.place({ rule, severity: "error", message, fix }, path, target),
    ),
    ...applyRules(document, draft, kind.rules, context),
  ]);
  if (!parsed.success || problems.some(isError)) return { ok: false, problems };
  return { ok: true, value: parsed.data, problems };
}

/** Checks that the file has fields, or entries. */
function checkTop(
  value: unknown,
  { words, top = "mapping", mayBeEmpty = false }: Pick<DocumentKind<z.ZodType, never>, "words" | "top" | "mayBeEmpty">,
): Complaint | undefined {
  const refuse = (rule: ReadingRuleId, message: string): Complaint => ({
    rule,
    severity: "error",
    message,
    fix: words.start,
  });
  if (value === null || value === undefined) {
    return mayBeEmpty ? undefined : refuse("file/empty", "the file is empty, or has only comments");
  }
  const found = Array.isArray(value) ? "a list" : typeof value === "object" ? "a mapping of fields" : "a single value";
  if (top === "list") {
    return found === "a list" ? undefined : refuse("file/not-a-list", `the file is ${found}, not a list`);
  }
  return found === "a mapping of fields"
    ? undefined
    : refuse("file/not-a-mapping", `the file is ${found}, not a mapping of fields`);
}

/** A string with forbidden content does not match its schema either: report it once. */
function dropRepeated(findings: readonly SchemaFinding[], inStrings: readonly SchemaFinding[]): SchemaFinding[] {
  const places = new Set(inStrings.map(({ path }) => JSON.stringify(path)));
  return findings.filter(({ rule, path }) => rule !== "schema/bad-value" || !places.has(JSON.stringify(path)));
}

function applyRules<Draft, Context>(
  document: YamlDocument,
  draft: Draft,
  rules: readonly Rule<Draft, Context>[],
  context: Context,
): Problem[] {
  return rules.flatMap((rule) =>
    Array.from(rule.check(draft, context), ({ path, target = "value", message, fix }) =>
      document.place({ rule: rule.id, severity: rule.severity, message, fix }, path, target),
    ),
  );
}
