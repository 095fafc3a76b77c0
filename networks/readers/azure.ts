import { z } from "zod";
import { type RangeEntry, RangesUnreadable, readCanonicalPrefix, readJson, regionName } from "../range-entry";

const serviceTags = z.object({
  values: z.array(
    z.object({
      name: z.string(),
      properties: z.object({ addressPrefixes: z.array(z.string()) }),
    }),
  ),
});

/** The prefix of regional tags. `AzureCloud` alone repeats the same prefixes, other tags are single services. */
const regionalTag = "AzureCloud.";

/**
 * Service tags abbreviate some regions. These are their names in the rest of Azure (`az account
 * list-locations`) and in the inventory.
 */
const abbreviatedRegions: ReadonlyMap<string, string> = new Map([
  ["brazilne", "brazilnortheast"],
  ["brazilse", "brazilsoutheast"],
  ["centralfrance", "francecentral"],
  ["chilec", "chilecentral"],
  ["germanyn", "germanynorth"],
  ["germanywc", "germanywestcentral"],
  ["norwaye", "norwayeast"],
  ["norwayw", "norwaywest"],
  ["southfrance", "francesouth"],
  ["switzerlandn", "switzerlandnorth"],
  ["switzerlandw", "switzerlandwest"],
]);

/**
 * Reads Azure's `ServiceTags_Public_<date>.json`, using only the `AzureCloud.<region>` tags:
 * https://learn.microsoft.com/azure/virtual-network/service-tags-overview
 *
 * @throws RangesUnreadable for another shape, a bad prefix or region, or a file without regional tags
 */
export function readAzure(text: string): RangeEntry[] {
  const tags = readJson(text, serviceTags).values.filter((tag) => tag.name.startsWith(regionalTag));
  if (tags.length === 0) throw new RangesUnreadable(`values: no tag is named ${regionalTag}<region>`);
  return tags.flatMap((tag) => {
    const region = regionOf(tag.name);
    return tag.properties.addressPrefixes.map((prefix, index) => ({
      prefix: readCanonicalPrefix(prefix, `${tag.name}: addressPrefixes.${index}`),
      region,
    }));
  });
}

function regionOf(tag: string): string {
  const region = tag.slice(regionalTag.length).toLowerCase();
  if (!regionName.safeParse(region).success) throw new RangesUnreadable(`values: ${JSON.stringify(tag)} has no region`);
  return abbreviatedRegions.get(region) ?? region;
}
