import fc from "fast-check";
import { type Cidr, covers, formatCidr, networkOf, parseCidr, parseHost } from "../../networks/cidr";
import { addEmbedded, type LabelledPrefix, listDisjointPrefixes } from "../../networks/list-disjoint-prefixes";
import { parseAddress } from "../../networks/parsed-address";
import { compilePrefixTable, PrefixTable } from "../../networks/prefix-table";
import { runs } from "../property-runs";
import { arbitraryLayer, edgeAddresses } from "./arbitrary-prefixes";

const layer = [
  { prefix: "10.0.0.0/8", value: 1 },
  { prefix: "10.128.0.0/9", value: 2 },
  { prefix: "10.64.0.0/10", value: 1 },
  { prefix: "11.0.0.0/8", value: 2 },
  { prefix: "2001:db8::/32", value: 1 },
  { prefix: "2001:db8:8000::/33", value: 2 },
];

function disjoint(prefixes: Parameters<typeof compilePrefixTable>[0]) {
  const { bytes, combinations } = compilePrefixTable(prefixes);
  return listDisjointPrefixes(new PrefixTable(bytes), (answer) => combinations[answer]?.join());
}

const texts = (list: readonly LabelledPrefix<string | number>[]) =>
  list.map(({ cidr, label }) => `${formatCidr(cidr)} ${label}`);

test("splits refined prefixes, and merges equal neighbours", () => {
  expect(texts(disjoint([layer]))).toEqual([
    "10.0.0.0/9 1",
    "10.128.0.0/9 2",
    "11.0.0.0/8 2",
    "2001:db8::/33 1",
    "2001:db8:8000::/33 2",
  ]);
});

test("omits addresses without a label", () => {
  const { bytes, combinations } = compilePrefixTable([layer]);
  const list = listDisjointPrefixes(new PrefixTable(bytes), (answer) =>
    combinations[answer]?.[0] === 1 ? "one" : undefined,
  );
  expect(texts(list)).toEqual(["10.0.0.0/9 one", "2001:db8::/33 one"]);
});

/** The labels that a list has for an address, without decoding embedded IPv4 addresses. */
function labels(list: readonly LabelledPrefix<string>[], address: string): string[] {
  const host = parseCidr6(address);
  return list.filter(({ cidr }) => covers(cidr, host)).map(({ label }) => label);
}

/** Like `parseHost`, but a mapped address remains an IPv6 address. */
function parseCidr6(address: string): Cidr {
  const mapped = /^::ffff:([0-9.]+)$/.exec(address)?.[1];
  const host = parseHost(mapped ?? address);
  if (host === undefined) throw new Error(address);
  return mapped === undefined ? host : { groups: [0, 0, 0, 0, 0, 0xffff, ...host.groups], length: 128 };
}

test("has each address in at most one prefix, with the table's answer", () => {
  fc.assert(
    fc.property(arbitraryLayer, arbitraryLayer, (first, second) => {
      const { bytes, combinations } = compilePrefixTable([first, second]);
      const table = new PrefixTable(bytes);
      const list = listDisjointPrefixes(table, (answer) => combinations[answer]?.join());
      const whole = addEmbedded(list, ["mapped", "6to4", "nat64"]);
      const edges = edgeAddresses([...first, ...second].map(({ prefix }) => parseCidr(prefix)));
      const carried = edges
        .filter((address) => !address.includes(":"))
        .flatMap((address) => [`::ffff:${address}`, `64:ff9b::${address}`]);
      for (const address of [...edges, ...carried, "2002:a00:1::1", "2002::1", "64:ff9b::1", "::ffff:0.0.0.0"]) {
        const expected = combinations[table.lookup(parseAddress(address))]?.join();
        expect([address, labels(whole, address)]).toEqual([address, expected === undefined ? [] : [expected]]);
      }
    }),
    runs(10),
  );
});

test("has no neighbours that could be merged", () => {
  fc.assert(
    fc.property(arbitraryLayer, (prefixes) => {
      const list = disjoint([prefixes]);
      list.forEach(({ cidr, label }, index) => {
        const next = list[index + 1];
        if (next === undefined || next.label !== label || next.cidr.length !== cidr.length || cidr.length === 0) return;
        const joined = networkOf(cidr, cidr.length - 1);
        expect(formatCidr(joined) === formatCidr(networkOf(next.cidr, cidr.length - 1))).toBe(false);
      });
    }),
    runs(10),
  );
});
