import fc from "fast-check";
import { parseAddress } from "../../networks/parsed-address";
import { compileRoutingTable } from "../../routing/compile-routing-table";
import { decodeRoutingTable } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { allListed, fixture, inventoryOf, ranges } from "./tables";

const smallInventory = inventoryOf(fixture("small"));
const bytes = compileRoutingTable(smallInventory, allListed(smallInventory), ranges);

test("the same inventory gives the same bytes", () => {
  expect(Buffer.compare(compileRoutingTable(smallInventory, allListed(smallInventory), ranges), bytes)).toBe(0);
});

test("round-trips at any alignment", () => {
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const table = decodeRoutingTable(shifted.subarray(3));
  expect(table.content).toEqual(decodeRoutingTable(bytes).content);
  expect(table.network(parseAddress("35.180.1.1"))).toMatchObject({ provider: "aws", region: "eu-west-3", asn: 16509 });
});

function altered(offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = value;
  return copy;
}

test.each<[string, Uint8Array, RegExp]>([
  ["nothing", new Uint8Array(), /not a routing table/],
  ["another file", altered(0, 0), /not a routing table/],
  ["another version", altered(4, 9), /version 9, but this release reads 3; recompile the table/],
  ["a file cut off in its header", bytes.slice(0, 40), /not a routing table/],
  ["a file cut off after its header", bytes.slice(0, 48), /cut off/],
  ["a file cut off in the content", bytes.slice(0, 1000), /cut off/],
  ["a file cut off in the prefixes", bytes.slice(0, -4), /cut off/],
])("%s is refused", (_, given, message) => {
  expect(() => decodeRoutingTable(given)).toThrow(message);
});

test("a file with appended bytes is refused", () => {
  const longer = new Uint8Array(bytes.length + 8);
  longer.set(bytes);
  expect(() => decodeRoutingTable(longer)).toThrow(/damaged/);
});

/** The truncation points: in the header, in the content, and a thousand in the prefixes. */
const places = fc.oneof(
  fc.integer({ min: 0, max: 47 }),
  fc.integer({ min: 48, max: 5000 }),
  fc.integer({ min: 0, max: bytes.length - 1 }),
);

test("detects any flipped bit", () => {
  const refused = (offset: number, bit: number) =>
    expect(() => decodeRoutingTable(altered(offset, (bytes[offset] ?? 0) ^ (1 << bit)))).toThrow(
      offset < 4 ? /^not a routing table$/ : offset < 8 ? /of version [0-9]+, but this release reads 3/ : /damaged/,
    );
  for (let offset = 0; offset < 48; offset++) refused(offset, offset % 8);
  fc.assert(fc.property(places, fc.nat(7), refused), runs(60));
});

test("equal content has the same checksum, and different content a different one", () => {
  const { checksum } = decodeRoutingTable(bytes);
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(decodeRoutingTable(compileRoutingTable(smallInventory, allListed(smallInventory), ranges)).checksum).toBe(
    checksum,
  );
  const later = compileRoutingTable(smallInventory, allListed(smallInventory), ranges, new Date("2026-11-21"));
  expect(decodeRoutingTable(later).checksum).not.toBe(checksum);
});

test("looks up by prefix, then ASN", () => {
  const table = decodeRoutingTable(bytes);
  expect(table.network(parseAddress("5.9.0.1"))).toEqual({ provider: "store", asn: 24940 });
  expect(table.network(parseAddress("104.16.0.1"))).toMatchObject({ provider: "cdn" });
  expect(table.network(parseAddress("192.0.2.1"))).toEqual({});
  expect(table.network(parseAddress("not an address"))).toEqual({});
});

test("prefixes in the inventory come before published ones, and countries last", () => {
  const text = fixture("small").replace(
    "networks: [{ feed: azure }]",
    "networks: [{ feed: azure }, { prefixes: [35.180.0.0/16], region: francecentral, inside: aws }]",
  );
  const table = decodeRoutingTable(compileRoutingTable(inventoryOf(text), {}, ranges));
  expect(table.network(parseAddress("35.180.1.1"))).toMatchObject({
    provider: "azure",
    region: "francecentral",
    place: { latitude: 48.86 },
  });
});
