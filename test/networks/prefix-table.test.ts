import fc from "fast-check";
import { NotACidr, parseCidr } from "../../networks/cidr";
import { parseAddress } from "../../networks/parsed-address";
import {
  type CompiledPrefixTable,
  compilePrefixTable,
  PrefixTable,
  type PrefixValue,
} from "../../networks/prefix-table";
import { runs } from "../property-runs";
import { arbitraryLayer, edgeAddresses } from "./arbitrary-prefixes";
import { plainScan } from "./plain-scan";

const layers: PrefixValue[][] = [
  [
    { prefix: "10.0.0.0/8", value: 1 },
    { prefix: "10.1.0.0/16", value: 2 },
    { prefix: "10.1.2.0/23", value: 1 },
    { prefix: "10.1.2.3/32", value: 65534 },
    { prefix: "2001:db8::/32", value: 3 },
    { prefix: "2001:db8::1/128", value: 4 },
  ],
  [
    { prefix: "10.1.2.0/24", value: 7 },
    { prefix: "11.0.0.0/8", value: 8 },
  ],
];

/** The values of a table for an address. */
function answer({ bytes, combinations }: CompiledPrefixTable, address: string): readonly number[] | undefined {
  return combinations[new PrefixTable(bytes).lookup(parseAddress(address))];
}

const table = compilePrefixTable(layers);

test.each([
  ["10.0.0.0", [1, -1]],
  ["10.255.255.255", [1, -1]],
  ["10.1.0.1", [2, -1]],
  ["10.1.2.1", [1, 7]],
  ["10.1.3.1", [1, -1]],
  ["10.1.2.3", [65534, 7]],
  ["11.1.1.1", [-1, 8]],
  ["9.255.255.255", undefined],
  ["12.0.0.0", undefined],
  ["::ffff:10.1.2.3", [65534, 7]],
  ["::ffff:a01:203", [65534, 7]],
  ["::10.1.2.3", undefined],
  ["2002:a01:203::", [65534, 7]],
  ["2002:a01:203:ffff:1:2:3:4", [65534, 7]],
  ["2002:c00::1", undefined],
  ["2001:a01:203::", undefined],
  ["64:ff9b::10.1.2.3", [65534, 7]],
  ["64:ff9b::a01:203", [65534, 7]],
  ["64:ff9b::c00:1", undefined],
  ["64:ff9b:1::10.1.2.3", undefined],
  ["64:ff9b::1:0:10.1.2.3", undefined],
  ["65:ff9b::10.1.2.3", undefined],
  ["2001:db8::1", [4, -1]],
  ["2001:0DB8:0:0:0:0:0:1", [4, -1]],
  ["2001:db8::2", [3, -1]],
  ["2001:db9::", undefined],
  ["", undefined],
  ["010.1.2.3", undefined],
  ["10.1.2.3 ", undefined],
  ["10.1.2.3:80", undefined],
  ["fe80::1%eth0", undefined],
  ["unknown", undefined],
  ["1".repeat(10_000), undefined],
])("%s", (address, values) => {
  expect(answer(table, address)).toEqual(values);
});

test("every lookup agrees with a plain scan of all prefixes", () => {
  fc.assert(
    fc.property(fc.array(arbitraryLayer, { minLength: 1, maxLength: 3 }), (random) => {
      const compiled = compilePrefixTable(random);
      const loaded = new PrefixTable(compiled.bytes);
      const scan = plainScan(random);
      for (const address of edgeAddresses(random.flat().map(({ prefix }) => parseCidr(prefix)))) {
        const values = compiled.combinations[loaded.lookup(parseAddress(address))];
        if (JSON.stringify(values) !== JSON.stringify(scan(address)))
          expect([address, values]).toEqual([address, scan(address)]);
      }
    }),
    runs(100),
  );
});

test("addresses of all kinds, and invalid ones, agree with a plain scan", () => {
  const scan = plainScan(layers);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc
          .tuple(fc.constantFrom("::ffff:", "64:ff9b::", "64:ff9b:1::", "::"), fc.ipV4())
          .map((parts) => parts.join("")),
        fc
          .tuple(fc.constantFrom(2001, 2002), fc.constantFrom("a01", "b00", "0"), fc.nat(9999))
          .map((parts) => `${parts.join(":")}::1`),
        fc.string(),
      ),
      (address) => {
        expect(answer(table, address)).toEqual(scan(address));
      },
    ),
    runs(100),
  );
});

test("embedded IPv4 addresses are always looked up as IPv4", () => {
  const compiled = compilePrefixTable([
    [
      { prefix: "::/0", value: 1 },
      { prefix: "2002::/16", value: 2 },
      { prefix: "64:ff9b::/96", value: 3 },
      { prefix: "192.0.2.0/24", value: 4 },
    ],
  ]);
  expect(answer(compiled, "2002:c000:201::1")).toEqual([4]);
  expect(answer(compiled, "64:ff9b::192.0.2.1")).toEqual([4]);
  expect(answer(compiled, "2002:c001:201::1")).toBeUndefined();
  expect(answer(compiled, "64:ff9b::192.1.2.1")).toBeUndefined();
  expect(answer(compiled, "2003::")).toEqual([1]);
});

test("the order of the prefixes does not matter", () => {
  fc.assert(
    fc.property(
      arbitraryLayer.chain((layer) =>
        fc.tuple(fc.constant(layer), fc.shuffledSubarray(layer, { minLength: layer.length })),
      ),
      ([layer, shuffled]) => {
        const one = compilePrefixTable([shuffled, layer]);
        const other = compilePrefixTable([layer, shuffled]);
        expect(one.combinations).toEqual(other.combinations);
        expect(Buffer.compare(one.bytes, other.bytes)).toBe(0);
      },
    ),
    runs(20),
  );
});

test("accepts a repeated prefix with one value, but not with two", () => {
  const twice = [
    { prefix: "192.0.2.0/24", value: 1 },
    { prefix: "::ffff:192.0.2.0/120", value: 1 },
  ];
  expect(answer(compilePrefixTable([twice]), "192.0.2.1")).toEqual([1]);
  const contradiction = [...twice, { prefix: "192.0.2.0/24", value: 2 }];
  expect(() => compilePrefixTable([contradiction])).toThrow("192.0.2.0/24 has two values in one layer: 1 and 2");
});

test.each([-1, 65_535, 0.5, Number.NaN])("refuses a value of %d", (value) => {
  expect(() => compilePrefixTable([[{ prefix: "192.0.2.0/24", value }]])).toThrow("whole numbers from 0 to 65534");
});

test("refuses an invalid prefix", () => {
  expect(() => compilePrefixTable([[{ prefix: "192.0.2.0", value: 1 }]])).toThrow(NotACidr);
});

test("an empty table has no answers", () => {
  expect(answer(compilePrefixTable([]), "192.0.2.1")).toBeUndefined();
  expect(answer(compilePrefixTable([[], []]), "192.0.2.1")).toBeUndefined();
});

test("works at any place in memory", () => {
  const inside = new Uint8Array(table.bytes.length + 5);
  for (const offset of [0, 1, 2, 3, 4, 5]) {
    inside.set(table.bytes, offset);
    const loaded = new PrefixTable(inside.subarray(offset, offset + table.bytes.length));
    expect(table.combinations[loaded.lookup(parseAddress("10.1.2.3"))]).toEqual([65534, 7]);
  }
});

describe("checking every word", () => {
  const { bytes, combinations } = table;

  /** The table with all of its words, or those that lead to blocks, replaced. */
  function written(word: number, only: (before: number) => boolean = () => true): PrefixTable {
    const words = new Int32Array(bytes.slice().buffer);
    for (let index = 4; index < words.length; index++) if (only(words[index] ?? 0)) words[index] = word;
    return new PrefixTable(new Uint8Array(words.buffer));
  }

  test("reports how many words of a valid table are answers", () => {
    expect(new PrefixTable(bytes).requireValid(combinations.length)).toBeGreaterThan(0);
    expect(new PrefixTable(compilePrefixTable([[]]).bytes).requireValid(0)).toBe(0);
  });

  test.each<[string, number]>([
    ["an answer that does not exist", combinations.length + 1],
    ["a block in the roots", -1],
    ["a block far outside", -0x7fffffff],
    ["the middle of a block", -0x20001],
  ])("refuses %s", (_, word) => {
    expect(() => written(word).requireValid(combinations.length)).toThrow("damaged");
  });

  test("refuses a block that leads to itself", () => {
    expect(() => written(-0x20000, (before) => before < 0).requireValid(combinations.length)).not.toThrow();
    expect(() => written(-0x20000).requireValid(combinations.length)).toThrow("damaged");
  });

  test("examples have different answers", () => {
    const loaded = new PrefixTable(bytes);
    const examples = loaded.examples(100);
    const answers = examples.map((address) => loaded.lookup(parseAddress(address)));
    expect(new Set(answers).size).toBe(examples.length);
    expect(answers).not.toContain(-1);
    expect(loaded.examples(2)).toEqual(examples.slice(0, 2));
  });
});

test("refuses bytes that are not a table, have another version, or are incomplete", () => {
  const otherVersion = table.bytes.slice();
  otherVersion[4] = 99;
  const otherMagic = table.bytes.slice();
  otherMagic[0] = 0;
  expect(() => new PrefixTable(new Uint8Array(3))).toThrow("shorter than the header");
  expect(() => new PrefixTable(otherMagic)).toThrow("does not start with MFPT");
  expect(() => new PrefixTable(otherVersion)).toThrow("version 99, but only version 1 is supported: compile it again");
  expect(() => new PrefixTable(table.bytes.subarray(0, table.bytes.length - 4))).toThrow("incomplete");
});
