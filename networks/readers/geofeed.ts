import { canonicalPrefixOrHost, type RangeEntry, RangesUnreadable } from "../range-entry";

/** ISO 3166-1 alpha-2; some feeds write it in lower case. */
const COUNTRY = /^[A-Za-z]{2}$/;

/** ISO 3166-2, as in `US-CA`; older feeds leave the country out. */
const SUBDIVISION = /^(?:[A-Za-z]{2}-)?[A-Za-z0-9]{1,3}$/;

/**
 * Reads a geofeed (RFC 8805): `prefix,country,region,city,postal code`, of which country and region are kept. Fields
 * at the end may be missing, all but the prefix may be empty, and lines that start with `#` are comments.
 *
 * @throws RangesUnreadable naming the first line that is not of this form
 */
export function readGeofeed(text: string): RangeEntry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    return [readLine(line, `line ${index + 1}`)];
  });
}

function readLine(line: string, place: string): RangeEntry {
  const [published = "", country = "", region = ""] = line.split(",").map((field) => field.trim());
  const prefix = canonicalPrefixOrHost(published, place);
  if (country !== "" && !COUNTRY.test(country)) {
    throw new RangesUnreadable(`${place}: ${JSON.stringify(country.slice(0, 50))} is no ISO 3166-1 country, as in DE`);
  }
  if (region !== "" && !SUBDIVISION.test(region)) {
    throw new RangesUnreadable(`${place}: ${JSON.stringify(region.slice(0, 50))} is no ISO 3166-2 region, as in DE-BE`);
  }
  return {
    prefix,
    ...(country !== "" && { country: country.toUpperCase() }),
    ...(region !== "" && { region: region.toUpperCase() }),
  };
}
