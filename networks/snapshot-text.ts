import { compactEntries, entryValue } from "./compact-entries";
import { type RangeEntry, RangesUnreadable, requirePrefix } from "./range-entry";

/** A source's content on one day. */
export interface RangeSnapshot {
  /** Its origin: a URL or a description. */
  readonly source: string;
  /** The day on which the source had this content, as `YYYY-MM-DD`. */
  readonly asOf: string;
  /** License terms, with attribution if required. */
  readonly licence: string;
  /** Sorted and compacted. */
  readonly entries: readonly RangeEntry[];
}

/**
 * Formats a snapshot for a reviewer's diff: the same content always gives the same text. After the header, prefixes are
 * grouped by their attributes, one per line, sorted by address; those without attributes come first.
 */
export function formatSnapshot(snapshot: RangeSnapshot): string {
  const entries = compactEntries(snapshot.entries);
  const groups = new Map<string, string[]>();
  for (const entry of entries) {
    const value = entryValue(entry);
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [entry.prefix]);
    else group.push(entry.prefix);
  }
  const lines = [
    `# source: ${snapshot.source}`,
    `# as-of: ${snapshot.asOf}`,
    `# licence: ${snapshot.licence}`,
    `# entries: ${entries.length}`,
    ...Array.from(groups)
      .sort(([left], [right]) => compareGroups(left, right))
      .flatMap(([value, prefixes]) => ["", ...(value === "" ? [] : [`[${value}]`]), ...prefixes]),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Reads the text of a snapshot.
 *
 * @throws RangesUnreadable with the damaged line, or the header that is missing or wrong
 */
export function parseSnapshot(text: string): RangeSnapshot {
  const header = new Map<string, string>();
  const entries: RangeEntry[] = [];
  let value: Omit<RangeEntry, "prefix"> = {};
  text.split(/\r?\n/).forEach((line, index) => {
    const place = `line ${index + 1}`;
    if (line === "") return;
    if (line.startsWith("#")) addHeader(header, line, place);
    else if (line.startsWith("[")) value = parseValue(line, place);
    else {
      requirePrefix(line, place);
      entries.push({ prefix: line, ...value });
    }
  });
  const declared = requireHeader(header, "entries");
  if (declared !== String(entries.length)) {
    throw new RangesUnreadable(`it has ${entries.length} prefixes, but its header declares ${declared}`);
  }
  return {
    source: requireHeader(header, "source"),
    asOf: requireDate(header),
    licence: requireHeader(header, "licence"),
    entries,
  };
}

function addHeader(header: Map<string, string>, line: string, place: string): void {
  const [, name, content] = /^# ([a-z-]+): (.+)$/.exec(line) ?? [];
  if (name === undefined || content === undefined)
    throw new RangesUnreadable(`${place}: not a header such as "# name: text"`);
  header.set(name, content);
}

/** Reads the line above a group of prefixes, such as `[region eu-west-3]` or `[country US, region US-CA]`. */
function parseValue(line: string, place: string): Omit<RangeEntry, "prefix"> {
  const parts = /^\[(?=[a-z])(?:asn ([0-9]+))?(?:, )?(?:country ([A-Z]{2}))?(?:, )?(?:region ([A-Za-z0-9-]+))?\]$/.exec(
    line,
  );
  if (parts === null)
    throw new RangesUnreadable(`${place}: ${JSON.stringify(line.slice(0, 50))} has no ASN, country or region`);
  const [, asn, country, region] = parts;
  return {
    ...(asn !== undefined && { asn: Number(asn) }),
    ...(country !== undefined && { country }),
    ...(region !== undefined && { region }),
  };
}

function requireHeader(header: ReadonlyMap<string, string>, name: string): string {
  const content = header.get(name);
  if (content === undefined) throw new RangesUnreadable(`its header has no "# ${name}: …"`);
  return content;
}

function requireDate(header: ReadonlyMap<string, string>): string {
  const date = requireHeader(header, "as-of");
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date) || Number.isNaN(Date.parse(date))) {
    throw new RangesUnreadable(`its header has "# as-of: ${date}", which is not a date such as 2026-11-20`);
  }
  return date;
}

/** Sorts groups: AS numbers numerically, all others alphabetically. */
function compareGroups(left: string, right: string): number {
  return parseNumber(left) - parseNumber(right) || (left < right ? -1 : left > right ? 1 : 0);
}

function parseNumber(value: string): number {
  return Number(/^asn ([0-9]+)/.exec(value)?.[1] ?? 0);
}
