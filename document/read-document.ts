import { parseDocument } from "yaml";
import { decodeText } from "./decode-text";
import type { DocumentWords } from "./document-words";
import { limits } from "./limits";
import { NodeReader, offsetOf } from "./node-reader";
import type { Path, Target } from "./path";
import { type Complaint, type Problem, problemOfFile, SourceText, sortedProblems } from "./problem";
import { readBytes, tooLarge } from "./read-bytes";
import { syntaxComplaints } from "./syntax-complaint";

/** A YAML file that could be read: its value, and where each part of it is written. */
export interface YamlDocument {
  readonly ok: true;
  /** Mappings, lists, text, numbers, truth values and null, and nothing else. */
  readonly value: unknown;
  /** Problems that leave a value to look at: a key that is there twice. */
  readonly problems: readonly Problem[];
  /** The problem of a complaint about the value at a path; about a missing one, at what it is missing from. */
  place(complaint: Complaint, path: Path, target: Target): Problem;
}

/** A file that could not be read as YAML, and why. Problems come in the order of the file. */
export interface NoDocument {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

/** The words of a file's kind that messages about its text need. */
export type TextWords = Pick<DocumentWords, "option" | "patternFields">;

/** Reads a YAML file: see {@link readDocument}. Never throws. */
export function readDocumentFile(path: string, words: TextWords): YamlDocument | NoDocument {
  const bytes = readBytes(path, words);
  return bytes instanceof Uint8Array ? readDocument(bytes, path, words) : { ok: false, problems: [bytes] };
}

/** Parses YAML and remembers where everything is. Never throws, whatever the bytes are. */
export function readDocument(
  bytes: Uint8Array,
  file: string,
  { patternFields = [] }: Pick<DocumentWords, "patternFields">,
): YamlDocument | NoDocument {
  if (bytes.length > limits.fileBytes) {
    return { ok: false, problems: [problemOfFile(file, tooLarge(bytes.length, limits.fileBytes))] };
  }
  const text = decodeText(bytes);
  if (typeof text === "string") return parseText(new SourceText(file, text), patternFields);
  const message = `byte ${text.offset + 1}, on line ${text.line}, is not UTF-8`;
  const complaint = { rule: "file/not-utf8", severity: "error", message, fix: "Save the file as UTF-8." } as const;
  return { ok: false, problems: [{ ...problemOfFile(file, complaint), line: text.line }] };
}

function parseText(source: SourceText, patternFields: readonly string[]): YamlDocument | NoDocument {
  // Duplicate keys are found below: the parser compares every key with every other. The schema is that of YAML 1.2,
  // whatever a `%YAML 1.1` says, in which `no` is false and a date is no text.
  const options = {
    schema: "core",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  } as const;
  const document = parseDocument(source.text, options);
  const faults = [...document.errors, ...document.warnings].slice(0, limits.syntaxErrors);
  const complaints = syntaxComplaints(source.text, faults, patternFields);
  if (complaints.length > 0) {
    const problems = complaints.map(({ offset, ...fault }) => source.place({ ...fault, severity: "error" }, offset));
    return { ok: false, problems: sortedProblems(problems) };
  }
  const reader = new NodeReader(source, patternFields);
  const { value, place } = reader.read(document.contents, undefined, 0);
  if (reader.isBroken) return { ok: false, problems: sortedProblems(reader.problems) };
  return {
    ok: true,
    value,
    problems: reader.problems,
    place: (complaint, path, target) => source.place(complaint, offsetOf(place, path, target)),
  };
}
