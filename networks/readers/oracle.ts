import { z } from "zod";
import { type RangeEntry, readCanonicalPrefix, readJson, regionName } from "../range-entry";

const publicIpRanges = z.object({
  regions: z.array(z.object({ region: regionName, cidrs: z.array(z.object({ cidr: z.string() })) })),
});

/**
 * Reads Oracle's `public_ip_ranges.json`: https://docs.oracle.com/en-us/iaas/Content/General/Concepts/addressranges.htm
 *
 * @throws RangesUnreadable for another shape or a bad prefix
 */
export function readOracle(text: string): RangeEntry[] {
  return readJson(text, publicIpRanges).regions.flatMap(({ region, cidrs }) =>
    cidrs.map(({ cidr }, index) => ({ prefix: readCanonicalPrefix(cidr, `${region}: cidrs.${index}`), region })),
  );
}
