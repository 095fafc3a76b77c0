import type { ErrorCode } from "yaml";
import { flowText } from "./flow-text";
import { limits } from "./limits";

/** An error of the YAML parser. */
export interface SyntaxFault {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where it is, as offsets in the text. */
  readonly pos: readonly [number, number];
}

/** What is wrong with a text as YAML: the cause, where it is, and the fix. */
export interface SyntaxComplaint {
  readonly rule: "yaml/syntax" | "yaml/several-documents" | "yaml/too-deep";
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
}

/**
 * A field with an unquoted URL that has placeholders: in a block mapping it is a text, but inside `{ … }` its braces
 * begin a mapping.
 */
const bareTemplate = /([A-Za-z-]+):[ \t]+(https?:\/\/[^\s"',{}]*(?:\{[a-z]+\}[^\s"',{}]*)+)/gi;

/**
 * The parser's errors, in words that name their causes. One cause often leads to a series of errors, since what follows is
 * misread: for causes that are known to do this, only the cause is reported.
 */
export function syntaxComplaints(
  text: string,
  faults: readonly SyntaxFault[],
  patternFields: readonly string[],
): SyntaxComplaint[] {
  // A tab puts every line after it in the wrong place.
  const tabs = faults.filter(({ code }) => code === "TAB_AS_INDENT");
  if (tabs.length > 0) return tabs.map((fault) => complaintOf(text, fault, patternFields));
  const templates = bareTemplates(text, faults);
  if (templates.length > 0) return templates;
  const read = withoutSequels(text, faults);
  const aliases = read.filter(({ code }) => code === "BAD_ALIAS");
  const lines = new Set(aliases.map(({ pos }) => lineAt(text, pos[0]).start));
  const others = read.filter((fault) => fault.code === "BAD_ALIAS" || !lines.has(lineAt(text, fault.pos[0]).start));
  return others.map((fault) => complaintOf(text, fault, patternFields)).filter(isFirstThere);
}

/**
 * Leaves out faults that only follow from another: at the same place or right after it, and everything after the end of
 * the document, which the parser sees in a bracket that closes nothing.
 */
function withoutSequels(text: string, faults: readonly SyntaxFault[]): readonly SyntaxFault[] {
  const inside = faults.filter(({ message }) => !message.includes("in YAML stream"));
  const [outside] = faults.filter((fault) => !inside.includes(fault));
  const isOwnFault = outside !== undefined && (inside.length === 0 || isStray(text, outside, inside));
  return [...inside, ...(isOwnFault ? [outside] : [])].filter(({ pos: [offset] }, index, all) => {
    const before = all[index - 1]?.pos[0];
    return before === undefined || offset < before || offset > before + 2;
  });
}

/** Whether a fault is a bracket that closes nothing, on a line without other faults. */
function isStray(text: string, { pos: [offset] }: SyntaxFault, others: readonly SyntaxFault[]): boolean {
  const line = lineAt(text, offset).start;
  const isAlone = others.every(({ pos }) => lineAt(text, pos[0]).start !== line);
  return isAlone && openings[text.charAt(offset)] !== undefined;
}

function isFirstThere({ offset }: SyntaxComplaint, index: number, all: readonly SyntaxComplaint[]): boolean {
  return all.findIndex((other) => other.offset === offset) === index;
}

function bareTemplates(text: string, faults: readonly SyntaxFault[]): SyntaxComplaint[] {
  return [...text.matchAll(bareTemplate)].flatMap(({ index, 0: whole, 1: field = "", 2: url = "" }) => {
    const isBroken = faults.some(({ pos: [offset] }) => index <= offset && offset <= index + whole.length);
    if (!isBroken) return [];
    const message = "inside { … } a brace begins a mapping: a text with braces needs quotes there";
    const offset = index + whole.length - url.length;
    return [{ rule: "yaml/syntax", offset, message, fix: `Write ${field}: ${flowText(url)}` } as const];
  });
}

function complaintOf(
  text: string,
  { code, message, pos: [offset] }: SyntaxFault,
  patternFields: readonly string[],
): SyntaxComplaint {
  const known = namedFault(text, message, offset) ?? knownFault(text, code, offset, patternFields);
  if (known !== undefined) return { rule: "yaml/syntax", offset, ...known };
  const fix = "Look at the indentation, the quotes and the brackets of this line and the one before.";
  return {
    rule: "yaml/syntax",
    offset,
    message: `this is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    fix,
  };
}

/** Faults that only the parser's message identifies. */
function namedFault(text: string, message: string, offset: number): Known | undefined {
  if (message === "Unexpected , in flow sequence" || message === "Unexpected , in flow map") return strayComma;
  if (message.startsWith("Unexpected block-seq-ind")) return inlineList(text, offset);
  if (message.startsWith("Anchor")) return anchorFault(text, offset);
  if (message.startsWith("Block scalar header"))
    return { offset: offset - 1, ...unquotedFault(text.slice(offset - 1)) };
  if (message === "Unexpected scalar at node end") {
    return /["'\]}][ \t]*$/.test(text.slice(0, offset)) ? afterEnd : misindented;
  }
  if (/^Unexpected flow-\w+-start at node end$/.test(message)) return bracketInText;
  const [, closing] = /^Flow .* end with a ([\]}])$/.exec(message) ?? [];
  return closing === undefined ? undefined : unclosedFault(text, closing, offset);
}

type Known = Partial<Pick<SyntaxComplaint, "rule" | "offset">> & Pick<SyntaxComplaint, "message" | "fix">;

function knownFault(
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
        message: "a second document begins here",
        fix: "Keep one document: remove the `---`.",
      };
    case "RESOURCE_EXHAUSTION":
      return {
        rule: "yaml/too-deep",
        message: "this is nested too deeply",
        fix: `At most ${limits.levels} levels are read.`,
      };
    case "TAB_AS_INDENT":
      return { message: "a tab is not allowed as indentation", fix: "Indent with spaces." };
    case "BAD_ALIAS":
      return starFault(text, text.lastIndexOf("*", offset), patternFields);
    case "BAD_SCALAR_START":
      return unquotedFault(text.slice(offset));
    case "TAG_RESOLVE_FAILED":
      return { message: `tags such as ${wordAt(text, offset)} are not read`, fix: "Write the value itself." };
    case "BLOCK_IN_FLOW":
      return { message: "a text with a colon and a space in it needs quotes", fix: "Put it in quotes." };
    case "BLOCK_AS_IMPLICIT_KEY":
      return /:(\s|$)/.test(line.slice(offset - start))
        ? { message: "a text with a colon and a space in it needs quotes", fix: "Put it in quotes." }
        : { offset: nextTextAfter(text, start + line.length), ...misindented };
    case "BAD_INDENT":
      return misindented;
    case "UNEXPECTED_TOKEN":
      return strayFault(text.charAt(offset));
    case "MISSING_CHAR":
      return isAtEnd(text, offset) ? unclosedQuote(text, offset) : undefined;
    case "BAD_DQ_ESCAPE":
      return {
        message: "inside double quotes a backslash begins an escape, and YAML has none like this",
        fix: "Use single quotes.",
      };
    case "MULTILINE_IMPLICIT_KEY":
      return joinedFault(line);
    default:
      return undefined;
  }
}

const misindented: Known = {
  message: "the indentation of this line fits none of the lines above",
  fix: "Give it as many spaces as the lines that it belongs to.",
};

/** Where the text of the next line that has any begins, after its spaces. */
function nextTextAfter(text: string, offset: number): number {
  return offset + (text.slice(offset).length - text.slice(offset).trimStart().length);
}

/**
 * `*.example.org` and `*.sig` are aliases to YAML.
 *
 * @param patternFields the fields whose texts may begin with a star
 */
export function starFault(text: string, offset: number, patternFields: readonly string[]): Known {
  const word = wordAt(text, offset).replace(/:$/, "");
  const message = `${word} without quotes is a YAML alias, and its anchor does not exist`;
  const field = [...text.slice(0, offset).matchAll(/([\w-]+):\s/g)].at(-1)?.[1] ?? "";
  if (patternFields.includes(field)) return { offset, message, fix: `Write ${JSON.stringify(word)}` };
  const fix = word.startsWith("*.")
    ? `Name each host separately, such as dl${word.slice(1)}: no field takes a pattern that begins with *`
    : "Write out what is meant; a text that begins with * needs quotes.";
  return { offset, message, fix };
}

/** `&name` is an anchor to YAML, even in a text that only begins like that. */
function anchorFault(text: string, offset: number): Known {
  const start = text.lastIndexOf("&", offset);
  const word = wordAt(text, start);
  const message = `${word} without quotes is a YAML anchor, and its name cannot be read`;
  return { offset: start, message, fix: "Take it out; a text that begins with & needs quotes." };
}

function unquotedFault(rest: string): Known {
  const [written = ""] = /^[^\n,}\]]*/.exec(rest) ?? [];
  const message = `a text cannot begin with ${written.charAt(0)}, unless it is in quotes`;
  return { message, fix: `Write ${JSON.stringify(written.trim())}` };
}

const strayComma: Known = {
  message: "there is nothing before this comma",
  fix: "Take it out, or write what is missing.",
};

/** `field: - entry`: a list with hyphens must begin on the line below its field. */
function inlineList(text: string, offset: number): Known {
  const { start, line } = lineAt(text, offset);
  const entry = line.slice(offset - start).replace(/^-\s+/, "");
  return { message: "a list with hyphens cannot begin on the line of its field", fix: `Write [${entry}]` };
}

const misplacedEntry: Known = {
  message: "a list entry is among fields here",
  fix: "Indent it below the field that it belongs to.",
};

/** `cloud:external` and `cloud external`: a field needs a colon and a space. */
function joinedFault(line: string): Known {
  if (/^\s*- /.test(line)) return misplacedEntry;
  const [, name, value] = /^\s*(?:- )?([A-Za-z][\w-]*)(?:\s*[:=]|\s)\s*([^\s:=].*?)\s*$/.exec(line) ?? [];
  const message = "a field needs a colon and a space after it; they are missing here";
  return { message, fix: name === undefined ? "Write it as field: value" : `Write ${name}: ${value}` };
}

/** What follows a closing quote or bracket: `'it's'` ends at the second quote. */
const afterEnd: Known = {
  message: "the value has ended before this: a quote or a bracket closes it",
  fix: "Take this out, or put all of the text in double quotes and leave those out inside it.",
};

const bracketInText: Known = {
  message: `a text with a brace or a bracket in it needs quotes here`,
  fix: "Put all of the text in quotes.",
};

const openings: Readonly<Record<string, string>> = { "}": "{", "]": "[" };

/** The parser notices a bracket that is not closed at the first line that cannot be inside it. */
function unclosedFault(text: string, closing: string, offset: number): Known {
  const opening = openings[closing] ?? "";
  let open = 0;
  for (let place = offset - 1; place >= 0; place--) {
    if (text[place] === closing) open++;
    else if (text[place] === opening && open-- === 0) return { offset: place, ...unclosed(opening, closing) };
  }
  return unclosed(opening, closing);
}

function unclosed(opening: string, closing: string): Known {
  return { message: `this ${opening} is not closed`, fix: `Add the ${closing} behind its last part.` };
}

function isAtEnd(text: string, offset: number): boolean {
  return text.slice(offset + 1).trim() === "";
}

/** Quoted text that runs to the end of the file begins at the last quote. */
function unclosedQuote(text: string, offset: number): Known | undefined {
  const start = Math.max(text.lastIndexOf('"', offset), text.lastIndexOf("'", offset));
  if (start < 0) return undefined;
  return {
    offset: start,
    message: `this ${text.charAt(start)} is not closed`,
    fix: "Add the same quote at the end of the text.",
  };
}

function strayFault(written: string): Known | undefined {
  const opening = openings[written];
  if (opening === undefined) return undefined;
  return {
    message: `this ${written} closes nothing: no ${opening} is open here`,
    fix: `Take it out, or add the ${opening}`,
  };
}

function wordAt(text: string, offset: number): string {
  return /^[^\s,[\]{}]*/.exec(text.slice(offset))?.[0] ?? "";
}

function lineAt(text: string, offset: number): { start: number; line: string } {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return { start, line: /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "" };
}
