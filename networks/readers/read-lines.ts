import { type Cidr, formatCidr } from "../cidr";
import { type RangeEntry, RangesUnreadable } from "../range-entry";
import { describeShortPrefix, describeSpecialUse } from "../usable-prefix";

/** A parsed line. */
export interface LineEntry extends Omit<RangeEntry, "prefix"> {
  readonly cidr: Cidr;
}

/** How to read one kind of list. */
export interface LineFormat {
  /**
   * Reads a line; undefined if it is empty or a comment.
   *
   * @param place the line's place, for the message
   * @throws RangesUnreadable if the line is bad
   */
  readonly readLine: (line: string, place: string) => LineEntry | undefined;
  /** Up to this many bad lines are skipped even in a short list, if at least half of the lines are good. */
  readonly fewBadLines: number;
  /** Whether a repeated prefix is a bad line. */
  readonly refusesRepeated: boolean;
}

/** Called with the problem of each skipped line: "line 3: …". */
export type OnDiscard = (problem: string) => void;

/** A list with a larger share of bad lines has another format, or is damaged. */
const largestBadShare = 0.1;

/**
 * At most this many entries per list: six times Azure's 15,000, the longest known. Each may take 256 bytes in a routing
 * table.
 */
export const mostEntries = 100_000;

/** The longest line that is read, in characters: lines of geofeeds have about a hundred. */
const longestLine = 4096;

/** How many bad lines a refusal lists. */
const mostNamed = 5;

/**
 * Reads a list line by line. Bad lines are skipped and reported. A prefix of special-purpose addresses, which no client
 * has, is also a bad line.
 *
 * @throws RangesUnreadable if the list has too many bad lines, more than {@link mostEntries} entries, or a prefix too short
 * for one network: the rest is probably wrong as well
 */
export function readLines(text: string, format: LineFormat, onDiscard: OnDiscard = () => {}): RangeEntry[] {
  const entries = new Map<string, RangeEntry>();
  const named: string[] = [];
  let bad = 0;
  for (const { line, place } of splitLines(text)) {
    const read = readOrDescribe(format, line, place);
    if (read === undefined) continue;
    const entry = typeof read === "string" ? read : acceptEntry(entries, format, read, place);
    if (typeof entry !== "string") entries.set(entry.prefix, entry);
    else {
      bad++;
      if (named.length < mostNamed) named.push(entry);
      onDiscard(entry);
    }
    if (entries.size + bad > mostEntries) {
      throw new RangesUnreadable(`it has more than ${mostEntries.toLocaleString("en-GB")} entries`);
    }
  }
  requireMostlyGood(entries.size, bad, named, format);
  return [...entries.values()];
}

/** Splits a text into lines that are not blank, one at a time: an array of all would be larger than the text. */
function* splitLines(text: string): Generator<{ readonly line: string; readonly place: string }> {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    number++;
    const line = text.slice(start, Math.min(end, start + longestLine + 1)).trim();
    if (line !== "") yield { line, place: `line ${number}` };
    start = end + 1;
  }
}

/** Reads a line, or describes its problem. */
function readOrDescribe({ readLine }: LineFormat, line: string, place: string): LineEntry | string | undefined {
  try {
    return readLine(line, place);
  } catch (error) {
    if (error instanceof RangesUnreadable) return error.message;
    throw error;
  }
}

/** Accepts the entry of a line, or describes its problem. */
function acceptEntry(
  known: ReadonlyMap<string, RangeEntry>,
  { refusesRepeated }: LineFormat,
  { cidr, ...rest }: LineEntry,
  place: string,
): RangeEntry | string {
  const short = describeShortPrefix(cidr);
  if (short !== undefined) throw new RangesUnreadable(`${place}: ${short}: no network is that large`);
  const special = describeSpecialUse(cidr);
  if (special !== undefined) return `${place}: ${special}`;
  const prefix = formatCidr(cidr);
  if (refusesRepeated && known.has(prefix)) return `${place}: ${prefix} is already listed`;
  return { prefix, ...rest };
}

function requireMostlyGood(good: number, bad: number, named: readonly string[], { fewBadLines }: LineFormat): void {
  const few = bad <= fewBadLines && bad <= good;
  if (few || bad <= (good + bad) * largestBadShare) return;
  const more = bad > named.length ? `; and ${bad - named.length} more` : "";
  throw new RangesUnreadable(`${bad} of its ${good + bad} entries are bad: ${named.join("; ")}${more}`);
}
