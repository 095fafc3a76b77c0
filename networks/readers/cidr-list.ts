import { type RangeEntry, requirePrefixOrHost } from "../range-entry";
import { type LineFormat, type OnDiscard, readLines } from "./read-lines";

/** A bad line may mean truncation, so only long lists may have some. */
const format: LineFormat = {
  readLine(line, place) {
    const published = line.replace(/[#;].*$/, "").trim();
    return published === "" ? undefined : { cidr: requirePrefixOrHost(published, place) };
  },
  fewBadLines: 0,
  refusesRepeated: false,
};

/**
 * Reads a list with one prefix, or one single address, per line. Ignores empty lines and comments after `#` or `;`.
 *
 * @throws RangesUnreadable as {@link readLines} does
 */
export function readCidrList(text: string, onDiscard?: OnDiscard): RangeEntry[] {
  return readLines(text, format, onDiscard);
}
