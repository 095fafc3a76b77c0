import { type RangeEntry, requirePrefixOrHost } from "../range-entry";
import { type LineFormat, type OnDiscard, readLines } from "./read-lines";

/** No standard says what a bad line in such a list means, and a truncated list ends in one: only a long list may have some. */
const format: LineFormat = {
  readLine(line, place) {
    const published = line.replace(/[#;].*$/, "").trim();
    return published === "" ? undefined : { cidr: requirePrefixOrHost(published, place) };
  },
  fewBadLines: 0,
  refusesRepeated: false,
};

/**
 * Reads a list with one prefix, or one single address, a line. Empty lines and what follows `#` or `;` do not count.
 *
 * @throws RangesUnreadable as {@link readLines} does
 */
export function readCidrList(text: string, onDiscard?: OnDiscard): RangeEntry[] {
  return readLines(text, format, onDiscard);
}
