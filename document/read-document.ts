import { parseDocument } from "yaml";
import { decodeText } from "./decode-text";
import { describeSyntaxErrors } from "./describe-syntax-errors";
import type { DocumentWords } from "./document-words";
import { limits } from "./limits";
import { findOffset, NodeReader } from "./node-reader";
import type { Path, Target } from "./path";
import { type Complaint, type Problem, placeAtFile, SourceText, sortProblems } from "./problem";
import { readBytes, tooLarge } from "./read-bytes";
import { type PlainDocument, readPlainDocument } from "./read-plain-document";

/** A YAML file that could be read: its value, and the places of its parts. */
export interface YamlDocument {
  readonly ok: true;
  /** Mappings, lists, strings, numbers, booleans and null, and nothing else. */
  readonly value: unknown;
  /** Problems that do not prevent reading, such as a duplicate key. */
  readonly problems: readonly Problem[];
  /** Locates a complaint at the value of a path; for a missing value, at its parent. */
  place(complaint: Complaint, path: Path, target: Target): Problem;
  /** The place at which {@link place} locates a complaint. Line and column are from 1. */
  locate(path: Path, target: Target): { readonly line: number; readonly column: number };
  /** A key or a single value as it is written, with its quotes: `"1.10"` and `1.10` differ. */
  written(path: Path, target: Target): string;
}

/** The problems of a file that could not be read as YAML. Problems come in the order of the file. */
export interface NoDocument {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

/** The words of a kind of file that messages about its text use. */
export type TextWords = Pick<DocumentWords, "option" | "patternFields" | "fileBytes">;

/** Reads a YAML file: see {@link readDocument}. Never throws. */
export function readDocumentFile(path: string, words: TextWords): YamlDocument | NoDocument {
  const bytes = readBytes(path, words, words.fileBytes);
  return bytes instanceof Uint8Array ? readDocument(bytes, path, words) : { ok: false, problems: [bytes] };
}

/** Parses YAML and records the places of all values. Never throws, for any bytes. */
export function readDocument(
  bytes: Uint8Array,
  file: string,
  { patternFields = [], fileBytes = limits.fileBytes }: Pick<DocumentWords, "patternFields" | "fileBytes">,
): YamlDocument | NoDocument {
  if (bytes.length > fileBytes) {
    return { ok: false, problems: [placeAtFile(file, tooLarge(bytes.length, fileBytes))] };
  }
  const text = decodeText(bytes);
  if (typeof text === "string") return parseText(new SourceText(file, text), patternFields);
  const message = `byte ${text.offset + 1}, on line ${text.line}, is not UTF-8`;
  const complaint = { rule: "file/not-utf8", severity: "error", message, fix: "Save the file as UTF-8." } as const;
  return { ok: false, problems: [{ ...placeAtFile(file, complaint), line: text.line }] };
}

function parseText(source: SourceText, patternFields: readonly string[]): YamlDocument | NoDocument {
  const plain = readPlainDocument(source.text);
  return plain === undefined ? parseYaml(source, patternFields) : createDocument(source, plain, []);
}

function createDocument(
  source: SourceText,
  { value, place }: PlainDocument,
  problems: readonly Problem[],
): YamlDocument {
  return {
    ok: true,
    value,
    problems,
    place: (complaint, path, target) => source.place(complaint, findOffset(place, path, target)),
    locate: (path, target) => source.locate(findOffset(place, path, target)),
    written: (path, target) => scalarAt(source.text, findOffset(place, path, target)),
  };
}

function parseYaml(source: SourceText, patternFields: readonly string[]): YamlDocument | NoDocument {
  // Duplicate keys are found below: the parser compares every key with every other. Always uses YAML 1.2, even with
  // `%YAML 1.1`, where `no` is false and dates are not strings.
  const options = {
    schema: "core",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  } as const;
  const document = parseDocument(source.text, options);
  const faults = [...document.errors, ...document.warnings].slice(0, limits.syntaxErrors);
  const complaints = describeSyntaxErrors(source.text, faults, patternFields);
  if (complaints.length > 0) {
    const problems = complaints.map(({ offset, ...fault }) => source.place({ ...fault, severity: "error" }, offset));
    return { ok: false, problems: sortProblems(problems) };
  }
  const reader = new NodeReader(source, patternFields);
  const read = reader.read(document.contents, undefined, 0);
  if (reader.isBroken) return { ok: false, problems: sortProblems(reader.problems) };
  return createDocument(source, read, reader.problems);
}

/** A quoted string, or a plain one up to what ends it: a colon or a comment, and in lists and mappings a comma or a bracket. */
const scalar = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:(?!:\s| #)[^\n\r,[\]{}])*/suy;

function scalarAt(text: string, offset: number): string {
  scalar.lastIndex = offset;
  return scalar.exec(text)?.[0].trim() ?? "";
}
