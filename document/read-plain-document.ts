import { limits } from "./limits";
import type { Place } from "./node-reader";

/** What a document holds, and where. */
export interface PlainDocument {
  readonly value: unknown;
  readonly place: Place;
}

/**
 * Reads documents of the form that programs write, eight times as fast as the YAML parser: block lists and mappings, with single
 * values or lists of them on one line. Returns `undefined` for anything else, valid or not, and so never reports a problem: then
 * the YAML parser reads the document. Whatever it does read, it reads exactly as that parser does.
 */
export function readPlainDocument(text: string): PlainDocument | undefined {
  const lines = splitLines(text);
  if (lines === undefined || lines.length === 0) return undefined;
  const reader = new PlainReader(lines);
  try {
    return reader.readAll();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Thrown for what this reader does not read. */
const notPlain = new Error("not plain");

/** A line with content. */
interface Line {
  /** The column of its first character, from 0, behind the hyphens that were read already. */
  indent: number;
  /** What follows the indentation, without a comment. */
  rest: string;
  /** Where `rest` begins in the text. */
  offset: number;
}

/** A plain string needs no check beyond this. No spaces, brackets, quotes or signs that mean something to YAML. */
const word = "[A-Za-z0-9_./][A-Za-z0-9_./:@+~=-]*";
const quoted = '"[^"\\\\\\x00-\\x1f\\x7f-\\uffff]*"';
/** A comment, and the spaces before it or before the end of the line. Other kinds of spaces belong to the value. */
const trailing = /(?: +#[^\n]*| +)$/;
const entryPattern = new RegExp(`^(${quoted}|${word}):(?: +([^ ].*))?$`);
const singlePattern = new RegExp(`^(?:${quoted}|${word})$`);
const itemPattern = new RegExp(`(${quoted}|${word})`, "y");
/** The core schema's null, booleans and numbers (YAML 1.2.2, section 10.3.2). */
const special =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** YAML limits a key and its colon to 1,024 characters (YAML 1.2.2, section 8.2.2). */
const longestLine = 1000;

/** The lines with content; `undefined` if one has a character that needs more care. */
function splitLines(text: string): Line[] | undefined {
  if (/[\t\r]/.test(text)) return undefined;
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    let indent = 0;
    while (text.charCodeAt(start + indent) === 0x20) indent++;
    if (end - start > longestLine) return undefined;
    if (start + indent < end && text[start + indent] !== "#") {
      lines.push({ indent, rest: text.slice(start + indent, end), offset: start + indent });
    }
    start = end + 1;
  }
  return lines;
}

class PlainReader {
  readonly #lines: readonly Line[];
  #next = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  readAll(): PlainDocument {
    const document = this.#readBlock(0, undefined, 0);
    if (this.#next < this.#lines.length) throw notPlain;
    return document;
  }

  get #line(): Line | undefined {
    return this.#lines[this.#next];
  }

  /** Reads a list or a mapping whose lines have this indentation. @param key the offset of its key */
  #readBlock(indent: number, key: number | undefined, depth: number): PlainDocument {
    const line = this.#line;
    if (line === undefined || line.indent !== indent || depth > limits.levels / 2) throw notPlain;
    return isItem(line) ? this.#readList(indent, key, depth) : this.#readMapping(indent, key, depth);
  }

  #readList(indent: number, key: number | undefined, depth: number): PlainDocument {
    const value: unknown[] = [];
    const parts = new Map<string | number, Place>();
    const start = this.#line?.offset ?? 0;
    for (let line = this.#line; line !== undefined && line.indent === indent && isItem(line); line = this.#line) {
      const item = this.#readItem(line, indent, depth);
      parts.set(value.length, item.place);
      value.push(item.value);
    }
    return { value, place: { value: start, key, parts } };
  }

  /** Reads what follows a hyphen: a single value, or a mapping that begins on the same line. */
  #readItem(line: Line, indent: number, depth: number): PlainDocument {
    const spaces = /^- +/.exec(line.rest)?.[0].length ?? 0;
    const rest = line.rest.slice(spaces);
    const offset = line.offset + spaces;
    const bare = rest.replace(trailing, "");
    if (!entryPattern.test(bare)) {
      this.#next++;
      return readSingle(bare, offset, undefined);
    }
    line.indent = indent + spaces;
    line.rest = rest;
    line.offset = offset;
    return this.#readMapping(line.indent, undefined, depth + 1);
  }

  #readMapping(indent: number, key: number | undefined, depth: number): PlainDocument {
    const entries: [string, unknown][] = [];
    const parts = new Map<string | number, Place>();
    const start = this.#line?.offset ?? 0;
    for (let line = this.#line; line !== undefined && line.indent === indent && !isItem(line); line = this.#line) {
      const [, written = "", rest] = entryPattern.exec(line.rest.replace(trailing, "")) ?? [];
      const name = unquote(written);
      if (name === "" || name === "__proto__" || parts.has(name)) throw notPlain;
      this.#next++;
      const member = rest === undefined ? this.#readBelow(line, written, indent, depth) : this.#readInline(line, rest);
      parts.set(name, member.place);
      entries.push([name, member.value]);
    }
    return { value: Object.fromEntries(entries), place: { value: start, key, parts } };
  }

  #readInline({ rest, offset }: Line, value: string): PlainDocument {
    const start = offset + rest.indexOf(value, rest.indexOf(": "));
    return value.startsWith("[") ? readFlowList(value, start, offset) : readSingle(value, start, offset);
  }

  /** Reads the value of a key on the lines below it; none is null. */
  #readBelow({ rest, offset }: Line, written: string, indent: number, depth: number): PlainDocument {
    const below = this.#line;
    const isPart = below !== undefined && (below.indent > indent || (below.indent === indent && isItem(below)));
    if (isPart) return this.#readBlock(below.indent, offset, depth + 1);
    if (rest.length !== written.length + 1) throw notPlain;
    return { value: null, place: { value: offset + rest.length, key: offset, parts: noParts } };
  }
}

const noParts: Place["parts"] = new Map();

function isItem({ rest }: Line): boolean {
  return rest.startsWith("- ");
}

function unquote(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1) : written;
}

function readSingle(written: string, offset: number, key: number | undefined): PlainDocument {
  if (!singlePattern.test(written)) throw notPlain;
  return { value: resolve(written), place: { value: offset, key, parts: noParts } };
}

/** The value of a string, `true` or `false`. Numbers, and other ways to write those, are left to the parser. */
function resolve(written: string): unknown {
  if (written.startsWith('"')) return written.slice(1, -1);
  if (written.endsWith(":")) throw notPlain;
  if (!special.test(written)) return written;
  if (written === "true" || written === "false") return written === "true";
  throw notPlain;
}

/** `[a, "b"]`. A colon can mean a mapping there, so words with one are left to the parser. */
function readFlowList(written: string, offset: number, key: number): PlainDocument {
  const value: unknown[] = [];
  const parts = new Map<string | number, Place>();
  let position = skipSpaces(written, 1);
  while (written[position] !== "]") {
    itemPattern.lastIndex = position;
    const item = itemPattern.exec(written)?.[0];
    if (item === undefined || (!item.startsWith('"') && item.includes(":"))) throw notPlain;
    parts.set(value.length, { value: offset + position, key: undefined, parts: noParts });
    value.push(resolve(item));
    position = skipSpaces(written, position + item.length);
    if (written[position] === ",") {
      position = skipSpaces(written, position + 1);
      if (written[position] === "]") throw notPlain;
    } else if (written[position] !== "]") throw notPlain;
  }
  if (position !== written.length - 1) throw notPlain;
  return { value, place: { value: offset, key, parts } };
}

function skipSpaces(text: string, from: number): number {
  let position = from;
  while (text[position] === " ") position++;
  return position;
}
