import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RangeEntry, RangesUnreadable } from "../../../networks/range-entry";
import { readCidrList } from "../../../networks/readers/cidr-list";
import { readGeofeed } from "../../../networks/readers/geofeed";

const good = ["192.0.2.0/25,US,US-CA,Los Angeles,", "2001:db8::/48,de,de-be,Berlin,10115", "203.0.113.7,,,,"];

/** The entries that a reader gets from some lines, and the problems that it reports. */
function read(reader: typeof readGeofeed, ...lines: string[]): { entries: RangeEntry[]; discarded: string[] } {
  const discarded: string[] = [];
  const entries = reader(lines.join("\n"), (problem) => discarded.push(problem));
  return { entries, discarded };
}

describe("a geofeed", () => {
  const entries = readGeofeed(good.join("\n"));

  test.each<[string, string, string]>([
    ["a row of headings", "ip_prefix,alpha2code,region,city,postal_code", '"ip_prefix" has no prefix length'],
    ["host bits", "192.0.2.129/25,US,,,", "192.0.2.128/25 is meant"],
    ["a region in words", "198.51.100.0/24,DE,Berlin,Berlin,", '"Berlin" is not an ISO 3166-2 region'],
    ["a country in words", "198.51.100.0/24,Germany,,,", '"Germany" is not an ISO 3166-1 country'],
    ["a hyphen for an empty field", "198.51.100.0/24,DE,-,-,", '"-" is not an ISO 3166-2 region'],
    ["a repeated prefix", "192.0.2.0/25,US,US-CA,Los Angeles,", "192.0.2.0/25 is already listed"],
    ["the same, otherwise", "192.0.2.0/25,JP,,,", "192.0.2.0/25 is already listed"],
    ["the same, spelt otherwise", "2001:0db8:0::/48,DE,,,", "2001:db8::/48 is already listed"],
    ["a quotation mark without a partner", '"198.51.100.0/24,US,,,', "does not start with an IPv4 or IPv6 address"],
    ["semicolons", "198.51.100.0/24;US;;;", "needs a prefix length"],
    ["a range", "198.51.100.0-198.51.100.255,US,,,", "has no prefix length"],
    ["no prefix", ",US,US-CA,,", '"" has no prefix length'],
    ["a private network", "10.1.0.0/16,US,,,", "10.1.0.0/16 is for private use"],
    ["multicast", "ff02::/32,US,,,", "ff02::/32 is for multicast"],
    ["a byte of zero", "198.51.100.0/24\u0000,US,,,", "needs a prefix length"],
  ])("%s: skips and reports the entry, and keeps the others", (_, line, problem) => {
    for (const place of [0, 1, 3]) {
      const found = read(readGeofeed, ...good.toSpliced(place, 0, line));
      if (!problem.endsWith("already listed") || place === 3) expect(found.entries).toEqual(entries);
      expect(found.discarded).toEqual([
        expect.stringContaining(problem.endsWith("listed") ? "is already listed" : problem),
      ]);
    }
    expect(read(readGeofeed, ...good, line).discarded[0]).toMatch(/^line 4: /);
  });

  test.each<[string, string]>([
    ["nothing", ""],
    ["blanks", " \t "],
    ["a comment", "# Example"],
    ["an indented comment", "   # 198.51.100.0/24,US"],
    ["a carriage return", "\r"],
  ])("ignores %s", (_, line) => {
    expect(read(readGeofeed, line, ...good, line)).toEqual({ entries, discarded: [] });
  });

  test.each<[string, string, RangeEntry]>([
    [
      "quoted fields",
      '"198.51.100.0/24","US","US-CA","Los Angeles, CA",""',
      { prefix: "198.51.100.0/24", country: "US", region: "US-CA" },
    ],
    [
      "blanks around fields",
      " 198.51.100.0/24 , us , us-ca ,, ",
      { prefix: "198.51.100.0/24", country: "US", region: "US-CA" },
    ],
    ["a trailing comment", "198.51.100.0/24,US # from the office", { prefix: "198.51.100.0/24", country: "US" }],
    ["empty columns", "198.51.100.0/24,,,,,,,", { prefix: "198.51.100.0/24" }],
    ["one column", "198.51.100.0/24", { prefix: "198.51.100.0/24" }],
    [
      "more columns than there are",
      "198.51.100.0/24,US,US-CA,x,y,z,1,2",
      { prefix: "198.51.100.0/24", country: "US", region: "US-CA" },
    ],
    ["a carriage return", "198.51.100.0/24,US\r", { prefix: "198.51.100.0/24", country: "US" }],
    ["a byte order mark", "\ufeff198.51.100.0/24,US", { prefix: "198.51.100.0/24", country: "US" }],
  ])("accepts %s", (_, line, entry) => {
    expect(read(readGeofeed, line, ...good)).toEqual({ entries: [entry, ...entries], discarded: [] });
  });

  const lines = (count: number, bad: number): string[] => [
    ...Array.from({ length: count }, (_, index) => `198.51.${index >> 8}.${index & 255}/32,US,,,`),
    ...Array.from({ length: bad }, (_, index) => `bad-${index},US,,,`),
  ];

  test.each([
    [3, 3, "taken"],
    [2, 3, "refused"],
    [20, 5, "taken"],
    [20, 6, "refused"],
    [90, 10, "taken"],
    [90, 11, "refused"],
    [0, 1, "refused"],
  ])("%i good entries and %i bad ones: %s", (count, bad, outcome) => {
    if (outcome === "taken")
      expect(read(readGeofeed, ...lines(count, bad))).toMatchObject({ discarded: { length: bad } });
    else
      expect(() => read(readGeofeed, ...lines(count, bad))).toThrow(
        `${bad} of its ${count + bad} entries are bad: line `,
      );
  });

  test("a refusal lists the first bad lines and counts the others", () => {
    expect(() => read(readGeofeed, ...lines(1, 100))).toThrow(
      /: line 2: "bad-0" .*; line 6: "bad-4" [^;]*; and 95 more$/,
    );
  });
});

describe("a list of prefixes", () => {
  const list = Array.from({ length: 30 }, (_, index) => `198.51.100.${index * 2}/32`);

  test.each(["198.51.10", "10.0.0.0/8", "<html>", "127.0.0.1", "::1"])(
    "with one line that is %j among many",
    (line) => {
      const { entries, discarded } = read(readCidrList, ...list, line);
      expect(entries).toHaveLength(30);
      expect(discarded).toEqual([expect.stringMatching(/^line 31: /)]);
    },
  );

  test("that is short must not have a bad line, because it may be truncated", () => {
    expect(() => readCidrList("192.0.2.0/24\n198.51.10")).toThrow('1 of its 2 entries are bad: line 2: "198.51.10"');
    expect(() => readCidrList("192.0.2.0/24\n10.0.0.0/8")).toThrow("10.0.0.0/8 is for private use");
  });

  test("with a repeated prefix has it once", () => {
    expect(read(readCidrList, "192.0.2.0/24", "192.0.2.0/24")).toEqual({
      entries: [{ prefix: "192.0.2.0/24" }],
      discarded: [],
    });
  });

  const published = join(__dirname, "../../../../shared/data/ranges");

  // The lists are not in this repository: this test needs a copy of them.
  (existsSync(published) ? test : test.skip).each([
    ["cloudflare.txt", 0],
    ["digitalocean.txt", 0],
    ["linode.txt", 0],
    ["oracle.txt", 0],
    ["vultr.txt", 3],
  ])("as published: %s, with %i bad entries", (name, bad) => {
    const { entries, discarded } = read(readCidrList, readFileSync(join(published, name), "utf8"));
    expect(entries.length).toBeGreaterThan(5);
    expect(discarded).toHaveLength(bad);
  });
});

describe.each<[string, typeof readGeofeed]>([
  ["geofeed", readGeofeed],
  ["cidr-list", readCidrList],
])("any list: %s", (_, reader) => {
  const many = Array.from({ length: 200 }, (_, index) => `198.51.100.${index}`);

  test.each(["0.0.0.0/0", "::/0", "2000::/3", "128.0.0.0/1", "::ffff:0:0/96", "2a00::/12"])(
    "that contains %s is refused completely, regardless of its length",
    (prefix) => {
      expect(() => read(reader, ...many, prefix)).toThrow(RangesUnreadable);
      expect(() => read(reader, ...many, prefix)).toThrow(/^line 201: .* is shorter than \/(8|19)/);
    },
  );

  test("with too many entries is refused before all of it is read", () => {
    const lines = Array.from(
      { length: 100_001 },
      (_, index) => `30.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    );
    expect(() => reader([...lines, "0.0.0.0/0"].join("\n"))).toThrow("it has more than 100,000 entries");
  });

  test("with an endless line", () => {
    expect(() => reader(`192.0.2.0/24${" ".repeat(1_000_000)}x`)).not.toThrow();
    expect(() => reader("1".repeat(1_000_000))).toThrow("1 of its 1 entries are bad");
  });
});
