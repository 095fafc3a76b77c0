import { type RangeEntry, RangesUnreadable } from "../range-entry";
import { splitRange } from "../split-range";

/** Which rows are needed. */
export interface WantedNetworks {
  readonly asns: ReadonlySet<number>;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countries: ReadonlySet<string>;
}

/** The number under which the table lists unannounced addresses. */
const notRouted = 0;

/** An autonomous system's number has 32 bits (RFC 6793). */
const highestAsn = 0xffff_ffff;

/**
 * Reads the TSV of https://iptoasn.com: `range_start range_end AS_number country_code AS_description`, tab-separated,
 * both ends included. The country is where the AS is registered, not where its addresses are used.
 *
 * @param wanted the rows to keep: those with one of the ASNs or countries. All rows are checked, also those that are
 * not kept. @default all, more than 600,000
 * @throws RangesUnreadable with the first line that does not have this form
 */
export function readIptoasn(text: string, wanted?: WantedNetworks): RangeEntry[] {
  const entries: RangeEntry[] = [];
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    line++;
    if (end > start) addRow(entries, text.slice(start, end), `line ${line}`, wanted);
    start = end + 1;
  }
  return entries;
}

function addRow(entries: RangeEntry[], row: string, place: string, wanted: WantedNetworks | undefined): void {
  const [first = "", last = "", number = "", countryCode] = row.split("\t");
  const asn = Number(number);
  if (countryCode === undefined || !/^[0-9]+$/.test(number) || asn > highestAsn) {
    throw new RangesUnreadable(
      `${place}: it must have first and last address, AS number and country, separated by tabs`,
    );
  }
  if (asn === notRouted) return;
  // The country may be "None" or "Unknown".
  const country = /^[A-Z]{2}$/.test(countryCode) ? countryCode : undefined;
  if (wanted !== undefined && !wanted.asns.has(asn) && !(country !== undefined && wanted.countries.has(country)))
    return;
  const prefixes = splitRange(first, last);
  if (prefixes === undefined) {
    const range = JSON.stringify(`${first} ${last}`.slice(0, 100));
    throw new RangesUnreadable(`${place}: ${range} is not a range of addresses of one family`);
  }
  for (const prefix of prefixes) entries.push(country === undefined ? { prefix, asn } : { prefix, asn, country });
}
