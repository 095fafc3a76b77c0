import { type RangeEntry, RangesUnreadable, requirePrefixOrHost } from "../range-entry";
import { type LineEntry, type LineFormat, type OnDiscard, readLines } from "./read-lines";

/** ISO 3166-1 alpha-2; some feeds write it in lower case. */
const countryCode = /^[A-Za-z]{2}$/;

/** ISO 3166-2, as in `US-CA`; older feeds omit the country. */
const subdivisionCode = /^(?:[A-Za-z]{2}-)?[A-Za-z0-9]{1,3}$/;

/** A field of a line, quoted or not, and the comma before it (RFC 4180, section 2). */
const fieldPattern = /(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/gy;

/** Published feeds have a few bad lines: a header row, and handwritten entries. */
const format: LineFormat = { readLine, fewBadLines: 5, refusesRepeated: true };

/**
 * Reads a geofeed (RFC 8805): `prefix,country,region,city,postal code`, of which country and region are kept. Fields
 * at the end may be missing, all but the prefix may be empty, and `#` starts a comment. Entries that do not parse
 * completely are skipped (section 2.1.3), and so are repeated prefixes.
 *
 * @throws RangesUnreadable as {@link readLines} does
 */
export function readGeofeed(text: string, onDiscard?: OnDiscard): RangeEntry[] {
  return readLines(text, format, onDiscard);
}

function readLine(line: string, place: string): LineEntry | undefined {
  const content = line.replace(/#.*$/, "").trim();
  if (content === "") return undefined;
  const [published = "", country = "", region = ""] = Array.from(content.matchAll(fieldPattern), ([, quoted, plain]) =>
    (quoted ?? plain ?? "").trim(),
  );
  const cidr = requirePrefixOrHost(published, place);
  if (country !== "" && !countryCode.test(country)) {
    throw new RangesUnreadable(
      `${place}: ${JSON.stringify(country.slice(0, 50))} is not an ISO 3166-1 country such as DE`,
    );
  }
  if (region !== "" && !subdivisionCode.test(region)) {
    throw new RangesUnreadable(
      `${place}: ${JSON.stringify(region.slice(0, 50))} is not an ISO 3166-2 region such as DE-BE`,
    );
  }
  return {
    cidr,
    ...(country !== "" && { country: country.toUpperCase() }),
    ...(region !== "" && { region: region.toUpperCase() }),
  };
}
