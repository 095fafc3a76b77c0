import { namespacePattern, queryPattern as searchPattern } from "../../routing/passed-query";
import { keptEscape, needlessEscape } from "./escaped-pattern";
import { portablePattern } from "./portable-pattern";

/** The query of a request that a `request` rule matches, as in `asked.ts`. */
export const queryPattern = portablePattern(searchPattern);
/** A parameter of a query that is not passed on, as in `passed-query.ts`. */
export const droppedParameter = portablePattern(namespacePattern);
/** Both spellings of a dot, which is unreserved. */
export const dot = "(?:\\.|%2[Ee])";
/** Any character of a path whose characters have already been checked. */
export const pathCharacter = "[^? ]";
/** The same for a segment. */
export const segmentCharacter = "[^/? ]";

/** Characters allowed unescaped in a path (RFC 3986, section 3.3). */
const plain = "[A-Za-z0-9\\-._~!$&'()*+,;=:@/]*";
const visible = "[!-$&->@-\\[\\]-~]*";
/**
 * A path in the form that is passed on. Repetitions are not nested, so that no path causes excessive backtracking.
 */
export const plainPath = `${plain}(?:(?:${keptEscape})${plain})*`;
/** A path with dot segments or repeated slashes. */
export const untidyPath = `/(?:[^? ]*/)?(?:/|${dot}{1,2}/)[^? ]*|/(?:[^? ]*/)?${dot}{1,2}`;
/** A path that can be decoded, and is then safe. */
export const wellFormedPath = `${visible}(?:(?:${needlessEscape}|${keptEscape})${visible})*`;

/** A pattern that matches exactly this string. */
export function escapeLiteral(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
