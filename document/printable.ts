/**
 * Characters that a terminal, a log viewer or a CI system would interpret or hide instead of printing:
 *
 * - Unicode's category C: controls (ESC moves the cursor and colours, a line break forges a line), format characters
 *   (bidirectional controls reorder their neighbours: Unicode Standard Annex 9, section 2; CVE-2021-42574), surrogates
 *   without a partner, private and unassigned code points;
 * - line and paragraph separators, and spaces other than U+0020;
 * - characters that are ignored when text is rendered (Unicode Standard Annex 44, `Default_Ignorable_Code_Point`), and the
 *   two blank characters that this property does not cover: U+2800 and U+1160;
 * - the beginnings of workflow commands: `::error::` at a line's start, and `##[error]` or `##vso[` anywhere (GitHub
 *   Actions, "Workflow commands"; Azure Pipelines, "Logging commands").
 */
const unprintable =
  /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u1160\u2800]|:(?<=^\s*:)(?=:[A-Za-z].*::)|#(?=#(?:vso)?\[)/gu;
/** Text that needs no further check: visible ASCII except colon and hash. */
const plain = /^[ !"$-9;-~]*$/;

/** RFC 8259, section 7: each UTF-16 code unit as `\u` and four hexadecimal digits. */
function escapeUnits(characters: string): string {
  let escaped = "";
  for (let index = 0; index < characters.length; index++) {
    escaped += `\\u${characters.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}

/**
 * Makes untrusted text (a request, a file, a server's answer, a command line) safe to print: one line, with everything
 * that would not be displayed literally escaped, as in `\u001b`. Applying it twice has no further effect.
 *
 * Everything that this program prints passes through this function or {@link printableLines}, and JSON through
 * {@link printableJson}. Untrusted text passes through it before it becomes part of a message; otherwise it could start a
 * new line.
 */
export function printable(text: string): string {
  return plain.test(text) ? text : text.replace(unprintable, escapeUnits);
}

/** As {@link printable}, for a message of several lines: keeps its line breaks. */
export function printableLines(text: string): string {
  return plain.test(text) ? text : text.split("\n").map(printable).join("\n");
}

/**
 * A value as JSON that is safe to print. Parsing it gives the value unchanged.
 *
 * @param indent spaces per level. @default everything on one line
 */
export function printableJson(value: unknown, indent?: number): string {
  return printableLines(JSON.stringify(value, null, indent));
}

/** As {@link printable}, but each character becomes one U+FFFD: for text whose columns must not move. */
export function masked(text: string): string {
  return plain.test(text) ? text : text.replace(unprintable, "\ufffd");
}
