import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RangeEntry, RangesUnreadable } from "../../../networks/range-entry";
import { readAws } from "../../../networks/readers/aws";
import { readAzure } from "../../../networks/readers/azure";
import { readCidrList } from "../../../networks/readers/cidr-list";
import { readGeofeed } from "../../../networks/readers/geofeed";
import { readGoogle } from "../../../networks/readers/google";
import { readIptoasn } from "../../../networks/readers/iptoasn";
import { readOracle } from "../../../networks/readers/oracle";

const fixture = (name: string): string => readFileSync(join(__dirname, "../../fixtures/ranges", name), "utf8");

const v4 = (ip_prefix: string, region: string) => ({ ip_prefix, region, service: "AMAZON" });
const aws = (...prefixes: object[]): string => JSON.stringify({ prefixes, ipv6_prefixes: [] });
const google = (...prefixes: object[]): string => JSON.stringify({ prefixes });
const azure = (name: string, ...addressPrefixes: unknown[]): string =>
  JSON.stringify({ values: [{ name, properties: { addressPrefixes } }] });
const oracle = (...regions: object[]): string => JSON.stringify({ regions });

interface Reads {
  readonly reader: (text: string) => RangeEntry[];
  readonly file: string;
  /** Some of the entries in the file. */
  readonly entries: RangeEntry[];
  readonly count: number;
}

test.each<[string, Reads]>([
  [
    "aws",
    {
      reader: readAws,
      file: "aws.json",
      entries: [
        { prefix: "3.5.140.0/22", region: "ap-northeast-2" },
        { prefix: "15.193.0.0/19" },
        { prefix: "15.193.7.0/24", region: "us-west-2" },
        { prefix: "52.93.127.172/32", region: "us-east-1" },
        { prefix: "2a05:d07a:a000::/40", region: "eu-south-1" },
      ],
      count: 15,
    },
  ],
  [
    "google",
    {
      reader: readGoogle,
      file: "google.json",
      entries: [
        { prefix: "34.80.0.0/15", region: "asia-east1" },
        { prefix: "2600:1900:4180::/44", region: "us-west4" },
      ],
      count: 8,
    },
  ],
  [
    "azure",
    {
      reader: readAzure,
      file: "azure.json",
      entries: [
        { prefix: "4.156.0.0/15", region: "eastus" },
        { prefix: "13.69.0.0/17", region: "westeurope" },
      ],
      count: 26,
    },
  ],
  [
    "oracle",
    {
      reader: readOracle,
      file: "oracle.json",
      entries: [
        { prefix: "192.0.2.0/25", region: "us-phoenix-1" },
        { prefix: "192.0.2.128/26", region: "us-phoenix-1" },
        { prefix: "198.51.100.0/24", region: "eu-frankfurt-1" },
      ],
      count: 3,
    },
  ],
  [
    "geofeed",
    {
      reader: readGeofeed,
      file: "geofeed.csv",
      entries: [
        { prefix: "192.0.2.0/25", country: "US", region: "US-CA" },
        { prefix: "192.0.2.128/25", country: "US", region: "US-NY" },
        { prefix: "198.51.100.7/32", country: "DE" },
        { prefix: "2001:db8:1::/48", country: "JP", region: "JP-13" },
        { prefix: "203.0.113.0/24" },
      ],
      count: 5,
    },
  ],
  [
    "cidr-list",
    {
      reader: readCidrList,
      file: "cidr-list.txt",
      entries: [{ prefix: "104.16.0.0/13" }, { prefix: "2a06:98c0::/29" }],
      count: 22,
    },
  ],
  [
    "iptoasn",
    {
      reader: readIptoasn,
      file: "iptoasn.tsv",
      entries: [
        { prefix: "192.0.2.0/24", asn: 64500, country: "DE" },
        { prefix: "198.51.100.0/25", asn: 64501, country: "CN" },
        { prefix: "198.51.100.128/26", asn: 64501, country: "CN" },
        { prefix: "203.0.113.5/32", asn: 64500, country: "DE" },
        { prefix: "203.0.113.6/31", asn: 64500, country: "DE" },
        { prefix: "203.0.113.8/31", asn: 64500, country: "DE" },
        { prefix: "2001:db8::/48", asn: 64501, country: "CN" },
        { prefix: "2001:db8:1::/48", asn: 64502 },
      ],
      count: 8,
    },
  ],
])("%s reads a published file", (_, { reader, file, entries, count }) => {
  const read = reader(fixture(file));
  expect(read).toEqual(expect.arrayContaining(entries));
  expect(read).toHaveLength(count);
});

test("aws: returns a prefix once, and prefers its region to GLOBAL", () => {
  const text = aws(v4("192.0.2.0/24", "GLOBAL"), v4("192.0.2.0/24", "eu-west-3"), v4("192.0.2.0/24", "GLOBAL"));
  expect(readAws(text)).toEqual([{ prefix: "192.0.2.0/24", region: "eu-west-3" }]);
});

test("google: the scope `global` is not a region", () => {
  expect(readGoogle(google({ ipv4Prefix: "192.0.2.0/24", scope: "global" }))).toEqual([{ prefix: "192.0.2.0/24" }]);
});

test("azure: only uses AzureCloud.<region> tags, with the full names of regions", () => {
  const regions = new Set(readAzure(fixture("azure.json")).map(({ region }) => region));
  expect([...regions].sort()).toEqual(["eastus", "francecentral", "germanywestcentral", "westeurope"]);
});

test("cidr-list: accepts comments, empty lines, single addresses and Windows line ends", () => {
  const text = "# ours\r\n\r\n192.0.2.0/24 # first\r\n  198.51.100.7\r\n2001:DB8::/32 ; third\r\n2001:db8::1";
  expect(readCidrList(text).map(({ prefix }) => prefix)).toEqual([
    "192.0.2.0/24",
    "198.51.100.7/32",
    "2001:db8::/32",
    "2001:db8::1/128",
  ]);
});

test("iptoasn: skips rows not requested", () => {
  const read = (asns: number[], countries: string[]): string[] =>
    readIptoasn(fixture("iptoasn.tsv"), { asns: new Set(asns), countries: new Set(countries) }).map(
      ({ prefix }) => prefix,
    );
  expect(read([64502], [])).toEqual(["2001:db8:1::/48"]);
  expect(read([], ["CN"])).toEqual(["198.51.100.0/25", "198.51.100.128/26", "2001:db8::/48"]);
  expect(read([64502], ["CN"])).toHaveLength(4);
  expect(read([], [])).toEqual([]);
});

test("iptoasn: reads the largest possible ranges", () => {
  const row = (first: string, last: string): string => `${first}\t${last}\t64500\tDE\tX\n`;
  const prefixes = (text: string): string[] => readIptoasn(text).map(({ prefix }) => prefix);
  expect(prefixes(row("0.0.0.0", "255.255.255.255"))).toEqual(["0.0.0.0/0"]);
  expect(prefixes(row("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))).toEqual(["::/0"]);
  expect(prefixes(row("0.0.0.1", "255.255.255.254"))).toHaveLength(62);
});

test.each<[string, (text: string) => RangeEntry[], string, string]>([
  ["aws, nothing", readAws, "", "it is not JSON, or incomplete"],
  ["aws, cut off", readAws, '{"prefixes": [{"ip_pre', "it is not JSON, or incomplete"],
  ["aws, an error page", readAws, "<!DOCTYPE html><html>", "it is not JSON, or incomplete"],
  ["aws, another shape", readAws, "[]", "the file: Invalid input: expected object, received array"],
  ["aws, no IPv6", readAws, '{"prefixes": []}', "ipv6_prefixes: Invalid input: expected array"],
  ["aws, no region", readAws, aws({ ip_prefix: "192.0.2.0/24" }), "prefixes.0.region: Invalid input: expected string"],
  ["aws, an invalid region", readAws, aws(v4("192.0.2.0/24", "a\nb")), "prefixes.0.region: not the name of a region"],
  ["aws, no length", readAws, aws(v4("192.0.2.0", "a")), 'prefixes.0.ip_prefix: "192.0.2.0" has no prefix length'],
  ["aws, bits past the length", readAws, aws(v4("192.0.2.1/24", "a")), "192.0.2.0/24 is meant"],
  ["aws, two regions", readAws, aws(v4("192.0.2.0/24", "a"), v4("192.0.2.0/24", "b")), "in two regions, a and b"],
  ["google, no prefix", readGoogle, google({ scope: "a" }), "prefixes.0: it has neither ipv4Prefix nor ipv6Prefix"],
  ["google, no scope", readGoogle, google({ ipv4Prefix: "192.0.2.0/24" }), "prefixes.0.scope: Invalid input"],
  ["google, a bad prefix", readGoogle, google({ ipv6Prefix: "2001:db8::/129", scope: "a" }), "prefixes.0: "],
  ["azure, no regional tag", readAzure, azure("AzureCloud", "192.0.2.0/24"), "no tag is named AzureCloud.<region>"],
  [
    "azure, a bad prefix",
    readAzure,
    azure("AzureCloud.eastus", "x"),
    'AzureCloud.eastus: addressPrefixes.0: "x" has no',
  ],
  ["azure, a bad region", readAzure, azure("AzureCloud.", "192.0.2.0/24"), '"AzureCloud." has no region'],
  ["azure, a number", readAzure, azure("AzureCloud.eastus", 1), "values.0.properties.addressPrefixes.0: Invalid input"],
  ["oracle, a bad prefix", readOracle, oracle({ region: "a", cidrs: [{ cidr: "x/1" }] }), "a: cidrs.0: "],
  ["oracle, another shape", readOracle, oracle({ region: "a" }), "regions.0.cidrs: Invalid input"],
  ["cidr-list, a word", readCidrList, "192.0.2.0/24\n\nhello", 'line 3: "hello" has no prefix length'],
  ["cidr-list, an error page", readCidrList, "<!DOCTYPE html>\n<html>", 'line 1: "<!DOCTYPE html>"'],
  ["cidr-list, two on a line", readCidrList, "192.0.2.0/24, 198.51.100.0/24", "line 1: "],
  ["geofeed, no prefix", readGeofeed, "# x\nDE,DE-BE,,", 'line 2: "DE" has no prefix length'],
  ["geofeed, a long country", readGeofeed, "192.0.2.0/24,Germany", 'line 1: "Germany" is not an ISO 3166-1 country'],
  [
    "geofeed, a city for a region",
    readGeofeed,
    "192.0.2.0/24,DE,Berlin",
    'line 1: "Berlin" is not an ISO 3166-2 region',
  ],
  ["iptoasn, commas", readIptoasn, "192.0.2.0,192.0.2.255,64500,DE,X", "line 1: it must have first and last address"],
  ["iptoasn, cut off", readIptoasn, "192.0.2.0\t192.0.2.255\t64500\tDE\tX\n198.51", "line 2: it must have first"],
  ["iptoasn, a bad number", readIptoasn, "192.0.2.0\t192.0.2.255\t4294967296\tDE\tX", "line 1: it must have first"],
  ["iptoasn, a bad address", readIptoasn, "192.0.2\t192.0.2.255\t64500\tDE\tX", "line 1: "],
  [
    "iptoasn, two families",
    readIptoasn,
    "192.0.2.0\t2001:db8::\t64500\tDE\tX",
    "is not a range of addresses of one family",
  ],
  [
    "iptoasn, backwards",
    readIptoasn,
    "192.0.2.9\t192.0.2.0\t64500\tDE\tX",
    "is not a range of addresses of one family",
  ],
])("refuses %s", (_, reader, text, message) => {
  expect(() => reader(text)).toThrow(RangesUnreadable);
  expect(() => reader(text)).toThrow(message);
});
