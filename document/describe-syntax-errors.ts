import type { ErrorCode } from "yaml";
import { formatFlow } from "./format-flow";
import { limits } from "./limits";

/** An error of the YAML parser. */
export interface SyntaxFault {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where it is, as offsets in the text. */
  readonly pos: readonly [number, number];
}

/** A YAML syntax error: its cause, location and fix. */
export interface SyntaxComplaint {
  readonly rule: "yaml/syntax" | "yaml/several-documents" | "yaml/too-deep";
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
}

/**
 * A field with an unquoted URL that has placeholders: valid in a block mapping, but inside `{ … }` its braces start a
 * mapping.
 */
const bareTemplate = /([A-Za-z-]+):[ \t]+(https?:\/\/[^\s"',{}]*(?:\{[a-z]+\}[^\s"',{}]*)+)/gi;

/**
 * Describes the parser's errors by their causes. One mistake often causes several errors; for known mistakes, only
 * the cause is reported.
 */
export function describeSyntaxErrors(
  text: string,
  faults: readonly SyntaxFault[],
  patternFields: readonly string[],
): SyntaxComplaint[] {
  // A tab breaks the indentation of all following lines.
  const tabs = faults.filter(({ code }) => code === "TAB_AS_INDENT");
  if (tabs.length > 0) return tabs.map((fault) => describeFault(text, fault, patternFields));
  const templates = findBareTemplates(text, faults);
  if (templates.length > 0) return templates;
  const read = dropConsequences(text, faults);
  const aliases = read.filter(({ code }) => code === "BAD_ALIAS");
  const lines = new Set(aliases.map(({ pos }) => lineAt(text, pos[0]).start));
  const others = read.filter((fault) => fault.code === "BAD_ALIAS" || !lines.has(lineAt(text, fault.pos[0]).start));
  return others.map((fault) => describeFault(text, fault, patternFields)).filter(isFirstAtOffset);
}

/**
 * Drops faults that follow from another one: at the same place or right after it, and everything after the end of the
 * document, which an unmatched closing bracket causes.
 */
function dropConsequences(text: string, faults: readonly SyntaxFault[]): readonly SyntaxFault[] {
  const inside = faults.filter(({ message }) => !message.includes("in YAML stream"));
  const [outside] = faults.filter((fault) => !inside.includes(fault));
  const isOwnFault = outside !== undefined && (inside.length === 0 || isStray(text, outside, inside));
  return [...inside, ...(isOwnFault ? [outside] : [])].filter(({ pos: [offset] }, index, all) => {
    const before = all[index - 1]?.pos[0];
    return before === undefined || offset < before || offset > before + 2;
  });
}

/** Whether a fault is an unmatched closing bracket on a line without other faults. */
function isStray(text: string, { pos: [offset] }: SyntaxFault, others: readonly SyntaxFault[]): boolean {
  const line = lineAt(text, offset).start;
  const isAlone = others.every(({ pos }) => lineAt(text, pos[0]).start !== line);
  return isAlone && openings[text.charAt(offset)] !== undefined;
}

function isFirstAtOffset({ offset }: SyntaxComplaint, index: number, all: readonly SyntaxComplaint[]): boolean {
  return all.findIndex((other) => other.offset === offset) === index;
}

function findBareTemplates(text: string, faults: readonly SyntaxFault[]): SyntaxComplaint[] {
  return [...text.matchAll(bareTemplate)].flatMap(({ index, 0: whole, 1: field = "", 2: url = "" }) => {
    const isBroken = faults.some(({ pos: [offset] }) => index <= offset && offset <= index + whole.length);
    if (!isBroken) return [];
    const message = "inside { … } braces start a mapping: a string that contains braces needs quotes";
    const offset = index + whole.length - url.length;
    return [{ rule: "yaml/syntax", offset, message, fix: `Write ${field}: ${formatFlow(url)}` } as const];
  });
}

function describeFault(
  text: string,
  { code, message, pos: [offset] }: SyntaxFault,
  patternFields: readonly string[],
): SyntaxComplaint {
  const known = describeByMessage(text, message, offset) ?? describeByCode(text, code, offset, patternFields);
  if (known !== undefined) return { rule: "yaml/syntax", offset, ...known };
  const fix = "Check indentation, quotes and brackets of this line and the previous one.";
  return {
    rule: "yaml/syntax",
    offset,
    message: `this is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    fix,
  };
}

/** Faults that only the parser's message identifies. */
function describeByMessage(text: string, message: string, offset: number): Known | undefined {
  if (message === "Unexpected , in flow sequence" || message === "Unexpected , in flow map") return strayComma;
  if (message.startsWith("Unexpected block-seq-ind")) return describeInlineList(text, offset);
  if (message.startsWith("Anchor")) return describeAnchor(text, offset);
  if (message.startsWith("Block scalar header"))
    return { offset: offset - 1, ...describeUnquoted(text.slice(offset - 1)) };
  if (message === "Unexpected scalar at node end") {
    return /["'\]}][ \t]*$/.test(text.slice(0, offset)) ? afterEnd : badIndentation;
  }
  if (/^Unexpected flow-\w+-start at node end$/.test(message)) return bracketInText;
  const [, closing] = /^Flow .* end with a ([\]}])$/.exec(message) ?? [];
  return closing === undefined ? undefined : describeUnclosed(text, closing, offset);
}

type Known = Partial<Pick<SyntaxComplaint, "rule" | "offset">> & Pick<SyntaxComplaint, "message" | "fix">;

function describeByCode(
  text: string,
  code: ErrorCode,
  offset: number,
  patternFields: readonly string[],
): Known | undefined {
  const { start, line } = lineAt(text, offset);
  switch (code) {
    case "MULTIPLE_DOCS":
      return {
        rule: "yaml/several-documents",
        message: "a second document starts here",
        fix: "Keep one document: remove the `---`.",
      };
    case "RESOURCE_EXHAUSTION":
      return {
        rule: "yaml/too-deep",
        message: "this is nested too deeply",
        fix: `Use at most ${limits.levels} levels.`,
      };
    case "TAB_AS_INDENT":
      return { message: "a tab is not allowed as indentation", fix: "Indent with spaces." };
    case "BAD_ALIAS":
      return describeStar(text, text.lastIndexOf("*", offset), patternFields);
    case "BAD_SCALAR_START":
      return describeUnquoted(text.slice(offset));
    case "TAG_RESOLVE_FAILED":
      return { message: `YAML tags such as ${wordAt(text, offset)} are not supported`, fix: "Write the value itself." };
    case "BLOCK_IN_FLOW":
      return { message: "a string that contains a colon and a space needs quotes", fix: "Put it in quotes." };
    case "BLOCK_AS_IMPLICIT_KEY":
      return /:(\s|$)/.test(line.slice(offset - start))
        ? { message: "a string that contains a colon and a space needs quotes", fix: "Put it in quotes." }
        : { offset: nextTextAfter(text, start + line.length), ...badIndentation };
    case "BAD_INDENT":
      return badIndentation;
    case "UNEXPECTED_TOKEN":
      return describeStray(text.charAt(offset));
    case "MISSING_CHAR":
      return isAtEnd(text, offset) ? describeUnclosedQuote(text, offset) : undefined;
    case "BAD_DQ_ESCAPE":
      return {
        message: "invalid escape sequence in double quotes",
        fix: "Use single quotes.",
      };
    case "MULTILINE_IMPLICIT_KEY":
      return describeJoined(line);
    default:
      return undefined;
  }
}

const badIndentation: Known = {
  message: "the indentation does not match any line above",
  fix: "Indent it like the lines that it belongs with.",
};

/** The offset of the next non-blank text. */
function nextTextAfter(text: string, offset: number): number {
  return offset + (text.slice(offset).length - text.slice(offset).trimStart().length);
}

/**
 * `*.example.org` and `*.sig` are aliases to YAML.
 *
 * @param patternFields the fields whose strings may begin with a star
 */
export function describeStar(text: string, offset: number, patternFields: readonly string[]): Known {
  const word = wordAt(text, offset).replace(/:$/, "");
  const message = `${word} without quotes is a YAML alias, and its anchor does not exist`;
  const field = [...text.slice(0, offset).matchAll(/([\w-]+):\s/g)].at(-1)?.[1] ?? "";
  if (patternFields.includes(field)) return { offset, message, fix: `Write ${JSON.stringify(word)}` };
  const fix = word.startsWith("*.")
    ? `Name each host separately, such as dl${word.slice(1)}: no such field accepts patterns`
    : "Write the value itself; quote strings that begin with *.";
  return { offset, message, fix };
}

/** `&name` is a YAML anchor, even at the beginning of a string. */
function describeAnchor(text: string, offset: number): Known {
  const start = text.lastIndexOf("&", offset);
  const word = wordAt(text, start);
  const message = `${word} without quotes is a YAML anchor, and its name cannot be read`;
  return { offset: start, message, fix: "Remove it; quote strings that begin with &." };
}

function describeUnquoted(rest: string): Known {
  const [written = ""] = /^[^\n,}\]]*/.exec(rest) ?? [];
  const message = `a string that begins with ${written.charAt(0)} needs quotes`;
  return { message, fix: `Write ${JSON.stringify(written.trim())}` };
}

const strayComma: Known = {
  message: "a value is missing before this comma",
  fix: "Remove the comma, or add the missing value.",
};

/** `field: - entry`: a list with hyphens must start on the line below its field. */
function describeInlineList(text: string, offset: number): Known {
  const { start, line } = lineAt(text, offset);
  const entry = line.slice(offset - start).replace(/^-\s+/, "");
  return { message: "a list with hyphens cannot start on the line of its field", fix: `Write [${entry}]` };
}

const misplacedEntry: Known = {
  message: "a list entry cannot be among fields",
  fix: "Indent it below the field that it belongs to.",
};

/** `cloud:external` and `cloud external`: a field needs a colon and a space. */
function describeJoined(line: string): Known {
  if (/^\s*- /.test(line)) return misplacedEntry;
  const [, name, value] = /^\s*(?:- )?([A-Za-z][\w-]*)(?:\s*[:=]|\s)\s*([^\s:=].*?)\s*$/.exec(line) ?? [];
  const message = "a colon and a space are missing after the field name";
  return { message, fix: name === undefined ? "Write it as field: value" : `Write ${name}: ${value}` };
}

/** Text after a closing quote or bracket: `'it's'` ends at the second quote. */
const afterEnd: Known = {
  message: "unexpected text after the closing quote or bracket",
  fix: "Remove this, or put the whole string in double quotes.",
};

const bracketInText: Known = {
  message: `a string that contains a brace or a bracket needs quotes here`,
  fix: "Put the whole string in quotes.",
};

const openings: Readonly<Record<string, string>> = { "}": "{", "]": "[" };

/** The parser reports an unclosed bracket only at a later line. */
function describeUnclosed(text: string, closing: string, offset: number): Known {
  const opening = openings[closing] ?? "";
  let open = 0;
  for (let place = offset - 1; place >= 0; place--) {
    if (text[place] === closing) open++;
    else if (text[place] === opening && open-- === 0)
      return { offset: place, ...describeOpenBracket(opening, closing) };
  }
  return describeOpenBracket(opening, closing);
}

function describeOpenBracket(opening: string, closing: string): Known {
  return { message: `this ${opening} is not closed`, fix: `Add the missing ${closing} at the end.` };
}

function isAtEnd(text: string, offset: number): boolean {
  return text.slice(offset + 1).trim() === "";
}

/** An unclosed quoted string starts at the last quote of the file. */
function describeUnclosedQuote(text: string, offset: number): Known | undefined {
  const start = Math.max(text.lastIndexOf('"', offset), text.lastIndexOf("'", offset));
  if (start < 0) return undefined;
  return {
    offset: start,
    message: `this ${text.charAt(start)} is not closed`,
    fix: "Add the same quote at the end of the string.",
  };
}

function describeStray(written: string): Known | undefined {
  const opening = openings[written];
  if (opening === undefined) return undefined;
  return {
    message: `unmatched ${written}: there is no opening ${opening}`,
    fix: `Remove it, or add the ${opening}`,
  };
}

function wordAt(text: string, offset: number): string {
  return /^[^\s,[\]{}]*/.exec(text.slice(offset))?.[0] ?? "";
}

function lineAt(text: string, offset: number): { start: number; line: string } {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return { start, line: /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "" };
}
