import { type Cidr, formatCidr } from "../cidr";
import { type RangeEntry, RangesUnreadable } from "../range-entry";
import { specialUse, tooShort } from "../usable-prefix";

/** What a line says. */
export interface LineEntry extends Omit<RangeEntry, "prefix"> {
  readonly cidr: Cidr;
}

/** How a kind of list is read. */
export interface LineFormat {
  /**
   * Reads a line; undefined where it says nothing: it is empty, or a comment.
   *
   * @param place where the line stands, for the message
   * @throws RangesUnreadable where the line is bad
   */
  readonly readLine: (line: string, place: string) => LineEntry | undefined;
  /** Up to this number of bad lines are left out of a short list, too, if they are not more than the good ones. */
  readonly fewBadLines: number;
  /** Whether a prefix that is listed again makes a bad line. */
  readonly refusesRepeated: boolean;
}

/** Receives what is wrong with each line that was left out, as "line 3: …". */
export type OnDiscard = (problem: string) => void;

/** A list with a larger share of bad lines has another format, or is damaged. */
const LARGEST_BAD_SHARE = 0.1;

/**
 * The most entries of a list: six times Azure's 15,000, the most of any provider at hand. In a routing table each may
 * take 256 bytes.
 */
const MOST_ENTRIES = 100_000;

/** The longest line, in characters: a geofeed's lines have a hundred. */
const LONGEST_LINE = 4096;

/** How many bad lines a refusal names. */
const MOST_NAMED = 5;

/**
 * Reads a list line by line. Bad lines are left out and reported. A prefix of special-purpose addresses, which no client
 * has, makes a bad line, too.
 *
 * @throws RangesUnreadable where the list has too many bad lines, or more than {@link MOST_ENTRIES} entries, or a prefix
 * that is too short to be one network's: a publisher that says so is wrong about the rest, too
 */
export function readLines(text: string, format: LineFormat, onDiscard: OnDiscard = () => {}): RangeEntry[] {
  const entries = new Map<string, RangeEntry>();
  const named: string[] = [];
  let bad = 0;
  for (const { line, place } of linesOf(text)) {
    const read = attempt(format, line, place);
    if (read === undefined) continue;
    const entry = typeof read === "string" ? read : accepted(entries, format, read, place);
    if (typeof entry !== "string") entries.set(entry.prefix, entry);
    else {
      bad++;
      if (named.length < MOST_NAMED) named.push(entry);
      onDiscard(entry);
    }
    if (entries.size + bad > MOST_ENTRIES) {
      throw new RangesUnreadable(`it has more than ${MOST_ENTRIES.toLocaleString("en-GB")} entries`);
    }
  }
  requireMostlyGood(entries.size, bad, named, format);
  return [...entries.values()];
}

/** The lines of a text that are not blank, one after the other: a list of them all would be larger than the text. */
function* linesOf(text: string): Generator<{ readonly line: string; readonly place: string }> {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    number++;
    const line = text.slice(start, Math.min(end, start + LONGEST_LINE + 1)).trim();
    if (line !== "") yield { line, place: `line ${number}` };
    start = end + 1;
  }
}

/** What a line says, or what is wrong with it. */
function attempt({ readLine }: LineFormat, line: string, place: string): LineEntry | string | undefined {
  try {
    return readLine(line, place);
  } catch (error) {
    if (error instanceof RangesUnreadable) return error.message;
    throw error;
  }
}

/** The entry of a line that was read, or what speaks against it. */
function accepted(
  known: ReadonlyMap<string, RangeEntry>,
  { refusesRepeated }: LineFormat,
  { cidr, ...rest }: LineEntry,
  place: string,
): RangeEntry | string {
  const short = tooShort(cidr);
  if (short !== undefined) throw new RangesUnreadable(`${place}: ${short}: no list says that of its own network`);
  const special = specialUse(cidr);
  if (special !== undefined) return `${place}: ${special}`;
  const prefix = formatCidr(cidr);
  if (refusesRepeated && known.has(prefix)) return `${place}: ${prefix} is listed before`;
  return { prefix, ...rest };
}

function requireMostlyGood(good: number, bad: number, named: readonly string[], { fewBadLines }: LineFormat): void {
  const few = bad <= fewBadLines && bad <= good;
  if (few || bad <= (good + bad) * LARGEST_BAD_SHARE) return;
  const more = bad > named.length ? `; and ${bad - named.length} more` : "";
  throw new RangesUnreadable(`${bad} of its ${good + bad} entries are bad: ${named.join("; ")}${more}`);
}
