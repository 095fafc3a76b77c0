import { canonicalPrefixOrHost, type RangeEntry } from "../range-entry";

/**
 * Reads a list with one prefix, or one single address, a line. Empty lines and what follows `#` or `;` do not count.
 *
 * @throws RangesUnreadable naming the first line that is neither
 */
export function readCidrList(text: string): RangeEntry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const published = line.replace(/[#;].*$/, "").trim();
    return published === "" ? [] : [{ prefix: canonicalPrefixOrHost(published, `line ${index + 1}`) }];
  });
}
