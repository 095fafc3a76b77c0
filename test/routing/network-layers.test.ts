import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { parseAddress } from "../../networks/parsed-address";
import type { RangeEntry } from "../../networks/range-entry";
import { type RangeSource, snapshotFileName } from "../../networks/range-source";
import { ClaimsTooLarge } from "../../routing/claim-conflicts";
import { fixture, inventoryOf, tableOf, writeSnapshot } from "./tables";

/** A donor's published list, with the content of a test's snapshot. */
const list = "https://donor.example.net/ranges.txt";
const geofeed = "https://donor.example.net/geofeed.csv";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-layers-"));
  writeSnapshot(folder, "google.txt", "2026-11-01", [{ prefix: "198.51.100.0/24", region: "us-west1" }]);
  writeSnapshot(folder, "aws.txt", "2026-11-01", [
    { prefix: "192.0.2.0/24", region: "us-east-2" },
    { prefix: "192.0.2.192/26" },
    { prefix: "2001:db8::/40", region: "eu-west-1" },
  ]);
  writeSnapshot(folder, "oracle.txt", "2026-11-01", [{ prefix: "203.0.113.128/25", region: "us-phoenix-1" }]);
  writeSnapshot(folder, "asn.txt", "2026-11-01", [{ prefix: "192.0.2.0/24", asn: 64500 }]);
  writeSnapshot(folder, snapshotFileName({ kind: "cidr-list", url: list }), "2026-11-01", [
    { prefix: "192.0.2.0/25" },
    { prefix: "192.0.2.129/32" },
    { prefix: "2001:db8:1::/48" },
    { prefix: "203.0.113.0/24" },
  ]);
  writeSnapshot(folder, snapshotFileName({ kind: "geofeed", url: geofeed }), "2026-11-01", [
    { prefix: "192.0.2.200/29", country: "DE" },
    { prefix: "192.0.2.0/23", country: "JP" },
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The table of an inventory with a provider at AWS and others with these networks. */
function table(networks: Record<string, unknown>, aws: object[] | "default" = [{ feed: "aws" }], directory = folder) {
  const written = parse(fixture("smallest"));
  written.providers.aws = {
    cloud: "aws",
    account: "123456789012",
    ...(aws !== "default" && { networks: aws }),
    mirrors: { "us-east-2": { bucket: {} } },
  };
  for (const [key, claims] of Object.entries(networks)) {
    const mirrors = { everywhere: { files: `https://${key}.example.net/{path}` } };
    written.providers[key] = { cloud: "external", networks: claims, mirrors };
  }
  return tableOf(inventoryOf(stringify(written)), undefined, directory);
}

const provider = (networks: Record<string, unknown>, address: string) =>
  table(networks).network(parseAddress(address)).provider;

describe("inside a cloud's own feed", () => {
  test.each<[string, object[]]>([
    ["longer prefixes", [{ prefixes: ["192.0.2.0/25", "192.0.2.128/25", "2001:db8:1::/48"] }]],
    ["one address", [{ prefixes: ["192.0.2.1/32", "192.0.2.129/32", "2001:db8:1::1/128"] }]],
    ["the same prefix", [{ prefixes: ["192.0.2.0/24", "2001:db8::/40"] }]],
    ["the same prefix in another spelling", [{ prefixes: ["2001:0DB8:0:0::/40"] }]],
    ["a list", [{ "cidr-list": list }]],
    ["a geofeed", [{ geofeed }]],
    ["an ASN", [{ asn: [64500] }]],
    ["a claim inside another feed", [{ prefixes: ["192.0.2.0/25", "192.0.2.128/25"], inside: "google" }]],
  ])("a donor gains nothing by %s", (_, networks) => {
    for (const key of ["aaa", "zzz"]) {
      for (const address of ["192.0.2.1", "192.0.2.129", "192.0.2.201", "2001:db8:1::1", "::ffff:192.0.2.1"]) {
        expect(provider({ [key]: networks }, address)).toBe("aws");
      }
    }
  });

  test("also ignores a donor list's location", () => {
    expect(table({ donor: [{ geofeed }] }).network(parseAddress("192.0.2.200"))).toEqual({ provider: "aws" });
  });

  test("a donor's prefix around a feed keeps the addresses that the feed does not list", () => {
    expect(provider({ donor: [{ geofeed }] }, "192.0.3.1")).toBe("donor");
    expect(provider({ donor: [{ geofeed }] }, "192.0.2.1")).toBe("aws");
  });

  test.each([
    ["prefixes", { prefixes: ["192.0.2.0/25"], inside: "aws" }, "192.0.2.1"],
    ["a list", { "cidr-list": list, inside: "aws" }, "2001:db8:1::1"],
    ["a geofeed", { geofeed, inside: "aws" }, "192.0.2.200"],
  ])("%s with `inside` apply there, and elsewhere", (_, claim, address) => {
    const networks = { donor: [claim] };
    expect(provider(networks, address)).toBe("donor");
    expect(provider(networks, "192.0.2.255")).toBe("aws");
    if ("cidr-list" in claim) expect(provider(networks, "203.0.113.1")).toBe("donor");
  });

  test("the feed's own provider may refine it", () => {
    const own = [{ feed: "aws" }, { prefixes: ["192.0.2.0/24", "192.0.2.208/28"], region: "eu-west-3" }];
    const known = table({ donor: [{ "cidr-list": list }] }, own);
    expect(known.network(parseAddress("192.0.2.1"))).toMatchObject({ provider: "aws", region: "eu-west-3" });
    expect(known.network(parseAddress("192.0.2.208"))).toMatchObject({ provider: "aws", region: "eu-west-3" });
    expect(known.network(parseAddress("192.0.2.192")).region).toBeUndefined();
  });

  test("a feed that an external provider claims has the same precedence", () => {
    const networks = {
      host: [{ feed: "oracle" }],
      others: [{ "cidr-list": list }, { prefixes: ["203.0.113.192/26"] }],
    };
    expect(provider(networks, "203.0.113.200")).toBe("host");
    expect(provider(networks, "203.0.113.1")).toBe("others");
  });

  test("prefixes apply normally if no provider claims the feed", () => {
    expect(table({ donor: [{ "cidr-list": list }] }, []).network(parseAddress("192.0.2.1")).provider).toBe("donor");
  });
});

describe("a claim that is too large", () => {
  const countries = ["20.0.0.0/8", "21.0.0.0/8", "22.0.0.0/8"].map((prefix) => ({ prefix, country: "AU" }));

  test.each<[string, object[], RangeSource | undefined, RangeEntry[]]>([
    ["prefixes", [{ prefixes: ["20.0.0.0/8", "21.0.0.0/8", "22.0.0.0/8"] }], undefined, []],
    [
      "a list, as it stands in a snapshot",
      [{ "cidr-list": list }],
      { kind: "cidr-list", url: list },
      [{ prefix: "0.0.0.0/0" }],
    ],
    ["a geofeed of IPv6", [{ geofeed }], { kind: "geofeed", url: geofeed }, [{ prefix: "2000::/3" }]],
    ["a country", [{ country: ["AU"] }], { kind: "country", countries: [] }, countries],
  ])("no table is compiled from %s", (_, networks, source, entries) => {
    const directory = mkdtempSync(join(tmpdir(), "mirrorform-large-"));
    cpSync(folder, directory, { recursive: true });
    if (source !== undefined) writeSnapshot(directory, snapshotFileName(source), "2026-11-01", entries);
    expect(() => table({ donor: networks }, [], directory)).toThrow(ClaimsTooLarge);
    expect(() => table({ donor: networks }, [], directory)).toThrow(
      /^donor claims [0-9.]+ % of IPv[46], which is more than its `at-most` of 1.00 %$/,
    );
    rmSync(directory, { recursive: true });
  });

  test("up to the limit, the addresses are the donor's", () => {
    expect(
      table({ donor: [{ prefixes: ["20.0.0.0/8", "21.0.0.0/8"] }] }).network(parseAddress("21.0.0.1")).provider,
    ).toBe("donor");
  });
});

describe("a cloud provider that names no networks", () => {
  test("has its cloud's own feed", () => {
    expect(table({}, "default").network(parseAddress("192.0.2.1"))).toMatchObject({
      provider: "aws",
      region: "us-east-2",
    });
  });

  test("has none with an empty list", () => {
    expect(table({}, []).network(parseAddress("192.0.2.1"))).toEqual({});
  });

  test("wins against a donor that names it", () => {
    expect(() => table({ donor: [{ feed: "aws" }] }, "default")).toThrow("the feed aws is claimed by the provider aws");
    expect(table({ donor: [{ feed: "aws" }] }, []).network(parseAddress("192.0.2.1")).provider).toBe("donor");
  });

  test("has none if another provider at that cloud names it", () => {
    const written = parse(fixture("smallest"));
    const at = (account: string, more: object) => ({
      cloud: "aws",
      account,
      mirrors: { "us-east-2": { bucket: {} } },
      ...more,
    });
    Object.assign(written.providers, {
      one: at("111111111111", {}),
      two: at("222222222222", { networks: [{ feed: "aws" }] }),
    });
    const networks = Object.fromEntries(
      inventoryOf(stringify(written)).providers.map(({ key, networks }) => [key, networks]),
    );
    expect(networks).toMatchObject({ one: [], two: [{ kind: "feed", feed: "aws" }] });
  });

  test.each([
    ["google", "google"],
    ["aws", "aws"],
    ["azure", "azure"],
  ] as const)("%s", (cloud, feed) => {
    const written = parse(fixture("small"));
    for (const provider of Object.values<{ cloud: string; networks?: unknown }>(written.providers)) {
      if (provider.cloud === cloud) delete provider.networks;
    }
    const networks = inventoryOf(stringify(written)).providers.find((one) => one.cloud === cloud)?.networks;
    expect(networks).toEqual([{ kind: "feed", feed }]);
  });

  test("an external provider has no default", () => {
    const written = parse(fixture("small"));
    for (const provider of Object.values<{ networks?: unknown }>(written.providers)) delete provider.networks;
    for (const { cloud, networks } of inventoryOf(stringify(written)).providers) {
      if (cloud === "external") expect(networks).toEqual([]);
    }
  });

  test("of two at one cloud, the first by key gets the feed", () => {
    const written = parse(fixture("smallest"));
    const at = (account: string) => ({ cloud: "aws", account, mirrors: { "us-east-2": { bucket: {} } } });
    Object.assign(written.providers, { two: at("222222222222"), one: at("111111111111") });
    const networks = Object.fromEntries(
      inventoryOf(stringify(written)).providers.map(({ key, networks }) => [key, networks]),
    );
    expect(networks).toMatchObject({ one: [{ kind: "feed", feed: "aws" }], two: [] });
  });
});
