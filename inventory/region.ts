import type { Coordinates } from "./coordinates";
import published from "./regions.json";

/** A cloud whose regions are listed here. */
export type Cloud = "aws" | "google" | "azure";

/** A region of a cloud. The coordinates are those of `place`, to two decimals; never those of a data hall. */
export interface Region extends Coordinates {
  readonly cloud: Cloud;
  /** The cloud's own id, as in its API: `us-east-2`, `europe-west1`, `westeurope`. */
  readonly region: string;
  /** Other names of this region in the cloud's published address ranges (Azure's have `germanywc` for `germanywestcentral`). */
  readonly aliases: readonly string[];
  /**
   * The city or area that the cloud publishes for this region. Two are uncertain: AWS publishes none for
   * `us-south-1`, and Google's feed places `europe-west15` in Heringsdorf, Saxony, which does not exist.
   */
  readonly place: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** `public`, or the partition with separate accounts: `aws-cn`, `aws-eusc`, `aws-us-gov`. */
  readonly partition: string;
  /** The cloud's page or geofeed (RFC 8805) that publishes the place: an https URL. */
  readonly source: string;
}

/** The places of one cloud's regions: by partition, then by source, then by region id. */
type Places = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Place>>>>>>;

type Place = Pick<Region, "place" | "country" | "latitude" | "longitude">;

/**
 * All regions in the published address ranges of AWS, Google Cloud and Azure (as of 2026-08), sorted by cloud, then
 * id. That includes regions that are not generally available: announced, restricted, canary and staging ones.
 * The range files' `GLOBAL` (AWS) and `global` (Google) are not regions and are not included.
 */
export const regions: readonly Region[] = readRegions();

const regionsByName: ReadonlyMap<string, Region> = new Map(
  regions.flatMap((region) => [region.region, ...region.aliases].map((name) => [`${region.cloud}/${name}`, region])),
);

/** The region of a cloud with this id or alias, in the spelling of the cloud (lower case); `undefined` if there is none. */
export function findRegion(cloud: Cloud, region: string): Region | undefined {
  return regionsByName.get(`${cloud}/${region}`);
}

function readRegions(): readonly Region[] {
  const { aliases, regions: places } = published;
  return [
    ...readCloud("aws", places.aws, aliases.aws),
    ...readCloud("azure", places.azure, aliases.azure),
    ...readCloud("google", places.google, aliases.google),
  ];
}

function readCloud(cloud: Cloud, places: Places, aliases: Readonly<Record<string, string>>): readonly Region[] {
  const read: Region[] = [];
  for (const [partition, bySource] of Object.entries(places)) {
    for (const [source, byRegion] of Object.entries(bySource)) {
      for (const [region, place] of Object.entries(byRegion)) {
        read.push({ cloud, region, aliases: aliasesOf(region, aliases), ...place, partition, source });
      }
    }
  }
  return read.sort((a, b) => (a.region < b.region ? -1 : 1));
}

function aliasesOf(region: string, aliases: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(aliases).filter((alias) => aliases[alias] === region);
}
