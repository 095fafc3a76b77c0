import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compactEntries } from "../../networks/compact-entries";
import { parseAddress } from "../../networks/parsed-address";
import { compilePrefixTable, PrefixTable } from "../../networks/prefix-table";
import type { RangeEntry } from "../../networks/range-entry";
import { readRanges, shippedRanges } from "../../networks/range-snapshot";
import { feeds, type RangeSource } from "../../networks/range-source";
import { formatSnapshot, parseSnapshot } from "../../networks/snapshot-text";

const shared = join(__dirname, "../../../shared/data/ranges");

const clouds = ["aws", "google", "azure"] as const;

/** Looks up an address in the snapshots of a layer's sources. */
function locator(sources: readonly RangeSource[]): (address: string) => string {
  const names: string[] = [];
  const layer = sources.flatMap((source) => {
    const name = source.kind === "feed" ? source.feed : source.kind;
    return readRanges(shippedRanges, source).entries.map(({ prefix, region, asn }) => {
      const answer = [name, region ?? asn ?? "no region"].join(" ");
      if (!names.includes(answer)) names.push(answer);
      return { prefix, value: names.indexOf(answer) };
    });
  });
  const { bytes, combinations } = compilePrefixTable([layer]);
  const table = new PrefixTable(bytes);
  return (address) => names[combinations[table.lookup(parseAddress(address))]?.[0] ?? -1] ?? "none";
}

const cloudOf = locator(clouds.map((feed) => ({ kind: "feed", feed })));

test.each([
  ["35.180.1.1", "aws eu-west-3"],
  ["::ffff:35.180.1.1", "aws eu-west-3"],
  ["35.250.1.1", "none"],
  ["35.0.1.1", "none"],
  ["52.94.76.1", "aws us-west-2"],
  ["52.94.77.1", "aws us-west-2"],
  ["52.93.127.172", "aws us-east-1"],
  ["2400:6500:0:9::1", "aws ap-southeast-3"],
  ["2400:6500:0:9::2", "aws ap-southeast-3"],
  ["2400:6500:0:9::3", "aws ap-southeast-3"],
  ["2400:6500:0:9::100", "none"],
  ["2600:1f01:4874::47", "aws us-west-2"],
  ["15.193.7.5", "aws us-west-2"],
  ["35.220.26.1", "google europe-north1"],
  ["20.42.0.1", "azure eastus"],
  ["51.116.96.1", "azure germanywestcentral"],
  ["192.168.0.1", "none"],
  ["192.0.2.1", "none"],
])("%s is %s", (address, place) => {
  expect(cloudOf(address)).toBe(place);
});

test("finds the shipped ASNs", () => {
  const asnOf = locator([{ kind: "asn", asns: [15169, 16509, 24940] }]);
  expect(asnOf("8.8.8.8")).toBe("asn 15169");
  expect(asnOf("88.198.0.1")).toBe("asn 24940");
  expect(asnOf("192.0.2.1")).toBe("none");
});

test.each(readdirSync(shippedRanges))("%s is as it would be written", (file) => {
  const text = readFileSync(join(shippedRanges, file), "utf8");
  expect(formatSnapshot(parseSnapshot(text))).toBe(text);
});

const rawFiles = { aws: "aws-ip-ranges.json", google: "gcp-cloud.json", azure: "azure-service-tags.json" };

// The complete files have 3 MB and are not in this repository: this test needs a copy of them.
(existsSync(shared) ? test : test.skip).each(clouds)("%s: the snapshot matches the provider's file", (feed) => {
  const published = feeds[feed].read(readFileSync(join(shared, rawFiles[feed]), "utf8"));
  const shipped: readonly RangeEntry[] = readRanges(shippedRanges, { kind: "feed", feed }).entries;
  expect(compactEntries(shipped)).toEqual(compactEntries(published));
});
