import { z } from "zod";
import { type RangeEntry, RangesUnreadable, readCanonicalPrefix, readJson, regionName } from "../range-entry";

/** Google's name for addresses without a region. */
const noRegion = "global";

const cloudRanges = z.object({
  prefixes: z.array(
    z.object({ ipv4Prefix: z.string().optional(), ipv6Prefix: z.string().optional(), scope: regionName }),
  ),
});

/**
 * Reads Google's `cloud.json`, the addresses of Google Cloud customers:
 * https://docs.cloud.google.com/vpc/docs/ip-ranges
 *
 * @throws RangesUnreadable for another shape, a bad prefix, or an entry without one
 */
export function readGoogle(text: string): RangeEntry[] {
  return readJson(text, cloudRanges).prefixes.map((entry, index) => {
    const published = entry.ipv4Prefix ?? entry.ipv6Prefix;
    if (published === undefined) {
      throw new RangesUnreadable(`prefixes.${index}: it has neither ipv4Prefix nor ipv6Prefix`);
    }
    const prefix = readCanonicalPrefix(published, `prefixes.${index}`);
    return entry.scope === noRegion ? { prefix } : { prefix, region: entry.scope };
  });
}
