import { z } from "zod";
import { type RangeEntry, RangesUnreadable, readCanonicalPrefix, readJson, regionName } from "../range-entry";

/** AWS's name for addresses without a region. */
const noRegion = "GLOBAL";

const ipRanges = z.object({
  prefixes: z.array(z.object({ ip_prefix: z.string(), region: regionName })),
  ipv6_prefixes: z.array(z.object({ ipv6_prefix: z.string(), region: regionName })),
});

/**
 * Reads AWS's `ip-ranges.json`: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html
 *
 * A prefix is listed once for each service that uses it, and is returned once. If it is listed both in a region and as
 * GLOBAL, the region applies.
 *
 * @throws RangesUnreadable for another shape, a bad prefix, or a prefix that is in two regions
 */
export function readAws(text: string): RangeEntry[] {
  const file = readJson(text, ipRanges);
  const regions = new Map<string, string>();
  file.prefixes.forEach((entry, index) => {
    addRegion(regions, readCanonicalPrefix(entry.ip_prefix, `prefixes.${index}.ip_prefix`), entry.region);
  });
  file.ipv6_prefixes.forEach((entry, index) => {
    addRegion(regions, readCanonicalPrefix(entry.ipv6_prefix, `ipv6_prefixes.${index}.ipv6_prefix`), entry.region);
  });
  return Array.from(regions, ([prefix, region]) => (region === noRegion ? { prefix } : { prefix, region }));
}

function addRegion(regions: Map<string, string>, prefix: string, region: string): void {
  const known = regions.get(prefix) ?? noRegion;
  if (known === noRegion) regions.set(prefix, region);
  else if (region !== noRegion && region !== known) {
    throw new RangesUnreadable(`${prefix} is listed in two regions, ${known} and ${region}`);
  }
}
