/** A part of a text, and what replaces it. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Applies edits that do not overlap. The rest of the text, with its comments, stays as it is. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.toSorted((a, b) => b.from - a.from || b.to - a.to);
  return sorted.reduce((current, { from, to, text: more }) => current.slice(0, from) + more + current.slice(to), text);
}

/** The whole lines of a part of a text, with a comment after it. @param to may be after white space that follows the part */
export function linesOf(text: string, from: number, to: number): { readonly from: number; readonly to: number } {
  const last = text.slice(0, to).trimEnd().length;
  const end = text.indexOf("\n", last);
  return { from: text.lastIndexOf("\n", from - 1) + 1, to: end < 0 ? text.length : end + 1 };
}
