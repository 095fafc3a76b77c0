import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { compactEntries } from "../../networks/compact-entries";
import { RangesUnreadable } from "../../networks/range-entry";
import { listRanges, readRanges } from "../../networks/range-snapshot";
import { type RangeSource, snapshotFileName } from "../../networks/range-source";
import { formatSnapshot, parseSnapshot } from "../../networks/snapshot-text";
import { arbitraryLayer } from "./arbitrary-prefixes";

const header = { source: "https://feed.example/ranges", asOf: "2026-11-01", licence: "CC0 1.0" };
const now = new Date("2026-11-21T12:00:00Z");

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ranges-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function write(source: RangeSource, text: string): void {
  writeFileSync(join(directory, snapshotFileName(source)), text);
}

test("formats a snapshot for a reviewer", () => {
  const entries = [
    { prefix: "2001:db8::/32", region: "eu-west-3" },
    { prefix: "192.0.2.0/24" },
    { prefix: "203.0.113.0/24", region: "eu-west-3" },
    { prefix: "198.51.100.0/25", country: "US", region: "US-CA" },
    { prefix: "198.51.100.128/25", region: "ap-east-2" },
  ];
  expect(formatSnapshot({ ...header, entries })).toBe(`# source: https://feed.example/ranges
# as-of: 2026-11-01
# licence: CC0 1.0
# entries: 5

192.0.2.0/24

[country US, region US-CA]
198.51.100.0/25

[region ap-east-2]
198.51.100.128/25

[region eu-west-3]
203.0.113.0/24
2001:db8::/32
`);
});

test("sorts AS numbers numerically", () => {
  const entries = [64500, 9, 100].map((asn, index) => ({ prefix: `10.${index}.0.0/16`, asn }));
  expect(formatSnapshot({ ...header, entries }).match(/\[.*\]/g)).toEqual(["[asn 9]", "[asn 100]", "[asn 64500]"]);
});

test("reads what it has written", () => {
  const values = [{}, { region: "eu-west-3" }, { asn: 64500 }, { country: "US", region: "US-CA" }];
  fc.assert(
    fc.property(arbitraryLayer, (layer) => {
      const entries = layer.map(({ prefix, value }) => ({ prefix, ...values[value] }));
      const read = parseSnapshot(formatSnapshot({ ...header, entries }));
      expect(read).toMatchObject(header);
      expect(compactEntries(read.entries)).toEqual(compactEntries(entries));
      expect(formatSnapshot(read)).toBe(formatSnapshot({ ...header, entries }));
    }),
  );
});

const lines = ["# source: x", "# as-of: 2026-11-01", "# licence: y", "# entries: 1", "192.0.2.0/24"];

test.each<[string, string[], string]>([
  ["nothing", [], 'its header has no "# entries: …"'],
  ["cut off", lines.slice(0, 4), "it has 0 prefixes, but its header declares 1"],
  ["no source", lines.slice(1), 'its header has no "# source: …"'],
  ["no date", lines.with(1, "# as-of: yesterday"), "which is not a date such as 2026-11-20"],
  ["an impossible date", lines.with(1, "# as-of: 2026-13-41"), "which is not a date such as 2026-11-20"],
  ["another comment", [...lines, "#x"], "line 6: not a header"],
  ["a bad prefix", lines.with(4, "192.0.2.0"), 'line 5: "192.0.2.0" has no prefix length'],
  ["a conflict of versions", lines.with(4, "<<<<<<< HEAD"), 'line 5: "<<<<<<< HEAD" has no prefix length'],
  ["a bad group", [...lines, "[zone a]"], 'line 6: "[zone a]" has no ASN, country or region'],
  ["an empty group", [...lines, "[]"], 'line 6: "[]" has no ASN, country or region'],
])("refuses a snapshot with %s", (_, damaged, message) => {
  expect(() => parseSnapshot(damaged.join("\n"))).toThrow(RangesUnreadable);
  expect(() => parseSnapshot(damaged.join("\n"))).toThrow(message);
});

test("the error for a missing snapshot has the fix", () => {
  expect(() => readRanges(directory, { kind: "feed", feed: "oracle" })).toThrow(RangesUnreadable);
  expect(() => readRanges(directory, { kind: "feed", feed: "oracle" })).toThrow("run `mirrorform ranges update`");
});

test("the error for a damaged snapshot has the file, the line and the fix", () => {
  write({ kind: "feed", feed: "aws" }, lines.with(4, "x").join("\n"));
  expect(() => readRanges(directory, { kind: "feed", feed: "aws" })).toThrow(
    `${join(directory, "aws.txt")}: line 5: "x" has no prefix length`,
  );
});

test("a source gets its entries of a shared file", () => {
  const asns = [64500, 64501].map((asn, index) => ({ prefix: `10.${index}.0.0/16`, asn }));
  write({ kind: "asn", asns: [] }, formatSnapshot({ ...header, entries: asns }));
  const countries = ["DE", "CN"].map((country, index) => ({ prefix: `10.${index}.0.0/16`, country }));
  write({ kind: "country", countries: [] }, formatSnapshot({ ...header, entries: countries }));
  expect(readRanges(directory, { kind: "asn", asns: [64501, 64502] }).entries).toEqual([asns[1]]);
  expect(readRanges(directory, { kind: "country", countries: ["DE"] }).entries).toEqual([countries[0]]);
});

test("lists ages, sizes and missing files", () => {
  const entries = [{ prefix: "10.0.0.0/8", asn: 64500 }];
  write({ kind: "asn", asns: [] }, formatSnapshot({ ...header, asOf: "2026-10-21", entries }));
  write(
    { kind: "feed", feed: "aws" },
    formatSnapshot({ ...header, asOf: "2026-10-22", entries: [{ prefix: "10.0.0.0/8" }] }),
  );
  write({ kind: "feed", feed: "azure" }, "");
  const sources: RangeSource[] = [
    { kind: "feed", feed: "aws" },
    { kind: "asn", asns: [64500, 64501] },
    { kind: "feed", feed: "azure" },
    { kind: "asn", asns: [64502, 64500] },
    { kind: "country", countries: ["CN"] },
    { kind: "feed", feed: "aws" },
  ];
  expect(listRanges(directory, sources, now)).toEqual([
    {
      source: { kind: "feed", feed: "aws" },
      name: "aws",
      file: "aws.txt",
      missing: false,
      asOf: "2026-10-22",
      ageDays: 30,
      entries: 1,
      stale: false,
      absent: [],
    },
    {
      source: { kind: "asn", asns: [64500, 64501, 64502] },
      name: "asn",
      file: "asn.txt",
      missing: false,
      asOf: "2026-10-21",
      ageDays: 31,
      entries: 1,
      stale: true,
      absent: ["AS64501", "AS64502"],
    },
    expect.objectContaining({ name: "azure", missing: false, problem: expect.stringContaining("its header has no") }),
    expect.objectContaining({ name: "country", missing: true, stale: false, absent: ["CN"] }),
  ]);
});

test("every URL has its own file, with a name that any file system accepts", () => {
  const urls = [
    "https://cdn.example/ips?v=4",
    "https://cdn.example/ips?v=6",
    "https://cdn.example/IPS?v=4",
    `https://${"x".repeat(300)}/`,
  ];
  const files = urls.map((url) => snapshotFileName({ kind: "cidr-list", url }));
  expect(new Set(files).size).toBe(urls.length);
  for (const file of files) expect(file).toMatch(/^cidr-list-[a-z0-9-]{1,60}-[0-9a-f]{8}\.txt$/);
  expect(files[0]).toMatch(/^cidr-list-cdn-example-ips-v-4-/);
});
