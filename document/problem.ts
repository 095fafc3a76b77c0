import { limits } from "./limits";
import { masked, printable } from "./printable";

/** An error keeps a file from being used; a warning does not. */
export type Severity = "error" | "warning";

/** A problem at a place in a file, with a fix. */
export interface Problem {
  /** The file name as shown to the user. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly severity: Severity;
  /** The id of the rule that it breaks. */
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
  /** The numbered line with its neighbours, and a caret below the place; empty if there is no text to show. */
  readonly excerpt: string;
}

/** Whether a problem keeps its file from being used. */
export function isError({ severity }: Problem): boolean {
  return severity === "error";
}

/** A problem without its place. */
export interface Complaint {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
}

/** Longer lines are cut around the place. */
const widestExcerpt = 100;

/** A file's text, which converts offsets to lines, columns and excerpts. */
export class SourceText {
  readonly text: string;
  readonly #file: string;
  readonly #lines: readonly string[];
  /** Where each line begins. The YAML parser's own counter misses the lines after some errors. */
  readonly #starts: readonly number[];
  readonly #end: number;

  constructor(file: string, text: string) {
    this.text = text;
    this.#file = file;
    this.#lines = text.split(/\r?\n/);
    this.#starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    this.#end = text.trimEnd().length;
  }

  /** Locates a complaint at an offset. */
  place(complaint: Complaint, offset: number): Problem {
    const { line, column } = this.locate(offset);
    return { file: this.#file, line, column, ...complaint, excerpt: this.#excerpt(line, column) };
  }

  /** The line and column of an offset, from 1; the end of the file is the end of its last line with text. */
  locate(offset: number): { line: number; column: number } {
    const place = Math.min(offset, this.#end);
    let [line, after] = [1, this.#starts.length];
    while (after - line > 0) {
      const middle = Math.ceil((line + after) / 2);
      if ((this.#starts[middle - 1] ?? 0) <= place) line = middle;
      else after = middle - 1;
    }
    return { line, column: place - (this.#starts[line - 1] ?? 0) + 1 };
  }

  #excerpt(line: number, column: number): string {
    const width = String(line + 1).length;
    const shown = [line - 1, line, line + 1].flatMap((number) => {
      const text = this.#lines[number - 1];
      if (text === undefined || (number !== line && text.trim() === "")) return [];
      const start = number === line && text.length > widestExcerpt ? Math.max(0, column - widestExcerpt / 2) : 0;
      const row = `  ${String(number).padStart(width)} | ${masked(text.slice(start, start + widestExcerpt).replaceAll("\t", " "))}`;
      return number === line ? [row, `  ${" ".repeat(width)} | ${" ".repeat(column - 1 - start)}^`] : [row.trimEnd()];
    });
    return shown.join("\n");
  }
}

/** Locates a complaint at the beginning of a file, without an excerpt. */
export function placeAtFile(file: string, complaint: Complaint): Problem {
  return { file, line: 1, column: 1, ...complaint, excerpt: "" };
}

/** Sorts problems by place, without duplicates; at most a thousand, the last of which gives the total. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  const sorted = [...unique.values()].sort(
    (a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
  const next = sorted[limits.problems - 1];
  if (next === undefined || sorted.length === limits.problems) return sorted;
  return [...sorted.slice(0, limits.problems - 1), tooMany(sorted.length, next)];
}

function tooMany(count: number, next: Problem): Problem {
  const message = `${count} problems found; the rest are not shown`;
  const fix = "Fix these first and try again.";
  return { ...next, rule: "file/too-many-problems", severity: "error", message, fix };
}

/** Formats a problem for people: `mirrors.yaml:41:7 error[rule] message`, the surrounding lines, and the fix. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, rule, message, excerpt, fix } = problem;
  const head = printable(`${file}:${line}:${column} ${severity}[${rule}] ${message}`);
  return [head, ...(excerpt === "" ? [] : [excerpt]), printable(`  → ${fix}`)].join("\n");
}
