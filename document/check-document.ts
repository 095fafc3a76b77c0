import type { z } from "zod";
import { checkSchema, type SchemaFinding, withoutUnsound } from "./check-schema";
import type { DocumentWords } from "./document-words";
import type { DraftOf } from "./draft";
import { type Complaint, type Problem, sortedProblems } from "./problem";
import type { YamlDocument } from "./read-document";
import type { ReadingRuleId } from "./reading-rules";
import type { Rule } from "./rule";

/** One kind of file: its words, and what its content must be. */
export interface DocumentKind<Schema extends z.ZodType, Context> {
  readonly words: DocumentWords;
  readonly schema: Schema;
  readonly rules: readonly Rule<DraftOf<z.input<Schema>>, Context>[];
  /** Whether an empty file is one without fields. @default false: it is an error */
  readonly mayBeEmpty?: boolean;
  /** Finds what no text of such a file may hold, whatever its field. @default nothing */
  findInTexts?(value: unknown): readonly SchemaFinding[];
}

/** The content of a file with warnings, or all that keeps it from being used. Problems come in the order of the file. */
export type DocumentReading<Value> =
  | { readonly ok: true; readonly value: Value; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks what a file holds: every problem at once, each at its place. Rules see what the schema accepts, so that one mistake
 * does not hide others.
 */
export function checkDocument<Schema extends z.ZodType, Context>(
  document: YamlDocument,
  kind: DocumentKind<Schema, Context>,
  context: Context,
): DocumentReading<z.output<Schema>> {
  const top = checkTop(document.value, kind);
  if (top !== undefined) {
    return { ok: false, problems: sortedProblems([...document.problems, document.place(top, [], "value")]) };
  }
  const value = document.value ?? {};
  const texts = kind.findInTexts?.(value) ?? [];
  const findings = [...texts, ...checkSchema(kind.schema, value, kind.words)];
  const draft = withoutUnsound(value, findings) as DraftOf<z.input<Schema>>;
  const problems = sortedProblems([
    ...document.problems,
    ...withoutRepeated(findings, texts).map(({ path, target, rule, message, fix }) =>
      document.place({ rule, severity: "error", message, fix }, path, target),
    ),
    ...applyRules(document, draft, kind.rules, context),
  ]);
  const parsed = kind.schema.safeParse(value);
  if (!parsed.success || problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, value: parsed.data, problems };
}

/** What is wrong if the file holds no fields at all. */
function checkTop(
  value: unknown,
  { words, mayBeEmpty = false }: Pick<DocumentKind<z.ZodType, never>, "words" | "mayBeEmpty">,
): Complaint | undefined {
  const refuse = (rule: ReadingRuleId, message: string): Complaint => ({
    rule,
    severity: "error",
    message,
    fix: words.start,
  });
  if (value === null || value === undefined) {
    return mayBeEmpty ? undefined : refuse("file/empty", "the file is empty, or has comments only");
  }
  if (typeof value === "object" && !Array.isArray(value)) return undefined;
  const found = Array.isArray(value) ? "a list" : "a single value";
  return refuse("file/not-a-mapping", `the file is ${found}, not a mapping of fields`);
}

/** A text that holds what no text may hold is no region, host or URL either: once is enough. */
function withoutRepeated(findings: readonly SchemaFinding[], texts: readonly SchemaFinding[]): SchemaFinding[] {
  const places = new Set(texts.map(({ path }) => JSON.stringify(path)));
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
