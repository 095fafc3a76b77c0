import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type Coordinates, distanceKilometres } from "../../inventory/coordinates";
import { type Cloud, findRegion, regions } from "../../inventory/region";
import published from "../../inventory/regions.json";

const clouds: readonly Cloud[] = ["aws", "azure", "google"];

/** The regions in the range files that the clouds published in 2026-07 and 2026-08. */
const namedInRanges: Readonly<Record<Cloud, readonly string[]>> = {
  aws: words(`
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
    ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2
    eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1
    sa-east-1 sa-west-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-south-1 us-west-1 us-west-2
  `),
  azure: words(`
    australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral brazilne
    brazilse brazilsouth canadacentral canadaeast centralfrance centralindia centralus centraluseuap chilec
    denmarkeast eastasia eastus eastus2 eastus2euap eastus3 germanyn germanywc indiasouthcentral
    indonesiacentral israelcentral israelnorthwest italynorth japaneast japanwest jioindiacentral jioindiawest
    koreacentral koreasouth malaysiasouth malaysiawest mexicocentral newzealandnorth northcentralus northeastus5
    northeurope northeurope2 norwaye norwayw polandcentral qatarcentral southafricanorth southafricawest
    southcentralus southcentralus2 southeastasia southeastus southeastus3 southeastus5 southfrance southindia
    southwestus spaincentral swedencentral swedensouth switzerlandn switzerlandw taiwannorth taiwannorthwest
    uaecentral uaenorth uksouth ukwest usstagec usstagee westcentralus westeurope westindia westus westus2
    westus3
  `),
  google: words(`
    africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2
    asia-southeast1 asia-southeast2 asia-southeast3 australia-southeast1 australia-southeast2 europe-central2
    europe-north1 europe-north2 europe-southwest1 europe-west1 europe-west10 europe-west12 europe-west15
    europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 me-central1 me-central2
    me-west1 northamerica-northeast1 northamerica-northeast2 northamerica-south1 southamerica-east1
    southamerica-west1 us-central1 us-central2 us-east1 us-east4 us-east5 us-east7 us-south1 us-west1 us-west2
    us-west3 us-west4 us-west8
  `),
};

describe("regions", () => {
  test.each(clouds)("%s: every region in the published ranges exists", (cloud) => {
    expect(namedInRanges[cloud].filter((name) => findRegion(cloud, name) === undefined)).toEqual([]);
  });

  test.each(clouds)("%s: no id or alias is used twice", (cloud) => {
    const names = ofCloud(cloud).flatMap((region) => [region.region, ...region.aliases]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("are sorted by cloud, then id", () => {
    const keys = regions.map((region) => [region.cloud, region.region] as const);
    const sorted = [...keys].sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
    expect(keys).toEqual(sorted);
  });

  test.each(regions)("$cloud/$region is complete", (region) => {
    expect(region.region).toMatch(/^[a-z][a-z0-9-]+$/);
    expect(region.place).toMatch(/^\S(.*\S)?$/);
    expect(region.country).toMatch(/^[A-Z]{2}$/);
    expect(region.partition).toMatch(/^(public|aws-cn|aws-eusc|aws-us-gov)$/);
    expect(new URL(region.source).protocol).toBe("https:");
    expect(Math.abs(region.latitude)).toBeLessThanOrEqual(90);
    expect(Math.abs(region.longitude)).toBeLessThanOrEqual(180);
    expect([region.latitude, region.longitude].map((degrees) => Number(degrees.toFixed(2)))).toEqual([
      region.latitude,
      region.longitude,
    ]);
  });

  test("every alias belongs to a region, which lists it", () => {
    for (const cloud of clouds) {
      for (const [alias, id] of Object.entries<string>(published.aliases[cloud])) {
        expect(findRegion(cloud, id)?.aliases).toContain(alias);
      }
    }
  });

  test.each(clouds)("%s: a place has one pair of coordinates and one country", (cloud) => {
    const first = new Map(regions.map((region) => [region.place, region]));
    const different = ofCloud(cloud).filter(({ place, country, latitude, longitude }) => {
      const other = first.get(place);
      return other?.country !== country || other.latitude !== latitude || other.longitude !== longitude;
    });
    expect(different.map((region) => region.region)).toEqual([]);
  });
});

describe("findRegion", () => {
  test.each<[Cloud, string, string | undefined]>([
    ["aws", "us-east-2", "us-east-2"],
    ["google", "europe-west1", "europe-west1"],
    ["azure", "westeurope", "westeurope"],
    ["azure", "germanywc", "germanywestcentral"],
    ["azure", "brazilse", "brazilsoutheast"],
    ["azure", "centralfrance", "francecentral"],
    ["aws", "europe-west1", undefined],
    ["azure", "West Europe", undefined],
    ["aws", "GLOBAL", undefined],
    ["google", "global", undefined],
    ["google", "", undefined],
    ["google", "constructor", undefined],
  ])("%s/%s is %s", (cloud, name, expected) => {
    expect(findRegion(cloud, name)?.region).toBe(expected);
  });

  test.each([
    ["us-east-2", "public"],
    ["cn-northwest-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("aws/%s is in the partition %s", (name, partition) => {
    expect(findRegion("aws", name)?.partition).toBe(partition);
  });

  test("finds every region by its id and by each alias", () => {
    for (const region of regions) {
      for (const name of [region.region, ...region.aliases]) {
        expect(findRegion(region.cloud, name)).toBe(region);
      }
    }
  });
});

describe("distanceKilometres", () => {
  // Great-circle distances between the cities, rounded; 3 % of tolerance.
  test.each([
    ["aws/eu-west-1", "google/europe-west2", 464, "Dublin, London"],
    ["aws/eu-west-3", "aws/eu-central-1", 479, "Paris, Frankfurt"],
    ["aws/us-east-1", "google/us-west2", 3680, "Washington, Los Angeles"],
    ["aws/ap-northeast-1", "aws/ap-southeast-2", 7820, "Tokyo, Sydney"],
    ["google/asia-south1", "google/asia-south2", 1150, "Mumbai, Delhi"],
    ["aws/sa-east-1", "aws/af-south-1", 6390, "São Paulo, Cape Town"],
    ["azure/westeurope", "azure/northeurope", 757, "Amsterdam, Dublin"],
    ["google/asia-east2", "azure/southeastasia", 2580, "Hong Kong, Singapore"],
    ["azure/newzealandnorth", "azure/chilecentral", 9660, "Auckland, Santiago: across the date line"],
    ["aws/us-gov-west-1", "aws/us-west-2", 0, "the same place"],
  ])("%s to %s is about %i km (%s)", (from, to, kilometres) => {
    expect(Math.abs(distanceKilometres(at(from), at(to)) - kilometres)).toBeLessThanOrEqual(kilometres * 0.03);
  });

  test.each<[string, Coordinates, Coordinates, number]>([
    ["pole to pole", place(90, 0), place(-90, 0), Math.PI * 6371.0088],
    ["a quarter along the equator", place(0, 0), place(0, 90), (Math.PI / 2) * 6371.0088],
    ["over the date line", place(0, 179), place(0, -179), (Math.PI / 90) * 6371.0088],
  ])("%s", (_, a, b, kilometres) => {
    expect(distanceKilometres(a, b)).toBeCloseTo(kilometres, 6);
  });

  test("is symmetric, zero to itself, at most half the Earth's circumference, and never shorter by a detour", () => {
    const anywhere = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(anywhere, anywhere, anywhere, (a, b, c) => {
        expect(distanceKilometres(a, b)).toBeCloseTo(distanceKilometres(b, a), 6);
        expect(distanceKilometres(a, a)).toBe(0);
        expect(distanceKilometres(a, b)).toBeLessThanOrEqual(Math.PI * 6371.0088);
        expect(distanceKilometres(a, c)).toBeLessThanOrEqual(
          distanceKilometres(a, b) + distanceKilometres(b, c) + 0.001,
        );
      }),
    );
  });
});

const rangesFolder = join(__dirname, "../../../shared/data/ranges");
const withRanges = existsSync(rangesFolder) ? describe : describe.skip;

withRanges("the full range files", () => {
  test.each<[Cloud, string, (file: string) => readonly string[]]>([
    ["aws", "aws-ip-ranges.json", (file) => captured(file, /"region": *"([^"]*)"/g)],
    ["azure", "azure-service-tags.json", (file) => captured(file, /"region": *"([^"]*)"/g)],
    ["google", "gcp-cloud.json", (file) => captured(file, /"scope": *"([^"]*)"/g)],
  ])("%s: name exactly the regions listed above", (cloud, file, read) => {
    const named = new Set(read(readFileSync(join(rangesFolder, file), "utf8")));
    named.delete("GLOBAL");
    named.delete("global");
    expect([...named].sort()).toEqual(namedInRanges[cloud]);
  });
});

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

function ofCloud(cloud: Cloud) {
  return regions.filter((region) => region.cloud === cloud);
}

function place(latitude: number, longitude: number): Coordinates {
  return { latitude, longitude };
}

function at(key: string): Coordinates {
  const region = regions.find(({ cloud, region }) => `${cloud}/${region}` === key);
  if (region === undefined) throw new Error(`no region ${key}`);
  return region;
}

function captured(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name ?? "");
}
