import fc from "fast-check";
import { parseCidr } from "../../networks/cidr";
import { compactEntries } from "../../networks/compact-entries";
import { compilePrefixTable, type PrefixValue } from "../../networks/prefix-table";
import type { RangeEntry } from "../../networks/range-entry";
import { runs } from "../property-runs";
import { arbitraryLayer, edgeAddresses } from "./arbitrary-prefixes";
import { plainScan } from "./plain-scan";

const regions = ["a", "b", "c", undefined];

const entriesOf = (layer: readonly PrefixValue[]): RangeEntry[] =>
  layer.map(({ prefix, value }) => ({ prefix, ...(regions[value] !== undefined && { region: regions[value] }) }));

const layerOf = (entries: readonly RangeEntry[]): PrefixValue[] =>
  entries.map(({ prefix, region }) => ({ prefix, value: regions.indexOf(region) }));

test.each<[string, string[], string[]]>([
  ["equal entries", ["10.0.0.0/8 a", "10.0.0.0/8 a"], ["10.0.0.0/8 a"]],
  ["two halves", ["10.0.0.0/9 a", "10.128.0.0/9 a"], ["10.0.0.0/8 a"]],
  ["halves of halves", ["10.0.0.0/9 a", "10.128.0.0/10 a", "10.192.0.0/10 a"], ["10.0.0.0/8 a"]],
  ["halves that replace the prefix around them", ["10.0.0.0/8 b", "10.0.0.0/9 a", "10.128.0.0/9 a"], ["10.0.0.0/8 a"]],
  ["halves of two regions", ["10.0.0.0/9 a", "10.128.0.0/9 b"], ["10.0.0.0/9 a", "10.128.0.0/9 b"]],
  ["neighbours that are not halves", ["10.128.0.0/9 a", "11.0.0.0/9 a"], ["10.128.0.0/9 a", "11.0.0.0/9 a"]],
  ["one inside another", ["10.0.0.0/8 a", "10.1.0.0/16 a"], ["10.0.0.0/8 a"]],
  [
    "one inside another, with a third between",
    ["10.0.0.0/8 a", "10.1.0.0/16 b", "10.1.1.0/24 a"],
    ["10.0.0.0/8 a", "10.1.0.0/16 b", "10.1.1.0/24 a"],
  ],
  ["a prefix without a region inside a region", ["10.0.0.0/8 a", "10.1.0.0/16"], ["10.0.0.0/8 a", "10.1.0.0/16"]],
  ["IPv6", ["2001:db8:1::/48 a", "2001:db8::/48 a"], ["2001:db8::/47 a"]],
  ["everything", ["128.0.0.0/1 a", "0.0.0.0/1 a"], ["0.0.0.0/0 a"]],
])("%s", (_, before, after) => {
  const entries = before.map((text): RangeEntry => {
    const [prefix = "", region] = text.split(" ");
    return region === undefined ? { prefix } : { prefix, region };
  });
  expect(compactEntries(entries).map(({ prefix, region }) => [prefix, region].filter(Boolean).join(" "))).toEqual(
    after,
  );
});

test("refuses a prefix with two values", () => {
  const entries = [
    { prefix: "10.0.0.0/8", asn: 64500 },
    { prefix: "10.0.0.0/8", country: "DE" },
  ];
  expect(() => compactEntries(entries)).toThrow('10.0.0.0/8 is listed twice, with "asn 64500" and with "country DE"');
});

test("keeps the answer of every address", () => {
  fc.assert(
    fc.property(arbitraryLayer, (layer) => {
      const before = plainScan([layer]);
      const after = plainScan([layerOf(compactEntries(entriesOf(layer)))]);
      for (const address of edgeAddresses(layer.map(({ prefix }) => parseCidr(prefix)))) {
        if (before(address)?.[0] !== after(address)?.[0])
          expect([address, after(address)]).toEqual([address, before(address)]);
      }
    }),
    runs(300),
  );
});

test("compiles to the same bytes", () => {
  fc.assert(
    fc.property(arbitraryLayer, (layer) => {
      const whole = compilePrefixTable([layer]);
      const compact = compilePrefixTable([layerOf(compactEntries(entriesOf(layer)))]);
      expect(compact.combinations).toEqual(whole.combinations);
      expect(Buffer.compare(compact.bytes, whole.bytes)).toBe(0);
    }),
    runs(100),
  );
});

test("is idempotent, and independent of the order", () => {
  fc.assert(
    fc.property(arbitraryLayer, (layer) => {
      const compact = compactEntries(entriesOf(layer));
      expect(compactEntries(compact)).toEqual(compact);
      expect(compactEntries(entriesOf([...layer].reverse()))).toEqual(compact);
    }),
  );
});
