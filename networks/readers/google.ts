import { z } from "zod";
import { canonicalPrefix, type RangeEntry, RangesUnreadable, readJson, regionName } from "../range-entry";

/** Google's name for addresses that belong to no region. */
const noRegion = "global";

const cloudRanges = z.object({
  prefixes: z.array(
    z.object({ ipv4Prefix: z.string().optional(), ipv6Prefix: z.string().optional(), scope: regionName }),
  ),
});

/**
 * Reads Google's `cloud.json`, the addresses that customers of Google Cloud use:
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
    const prefix = canonicalPrefix(published, `prefixes.${index}`);
    return entry.scope === noRegion ? { prefix } : { prefix, region: entry.scope };
  });
}
