import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { parseAddress } from "../../networks/parsed-address";
import { readRanges } from "../../networks/range-snapshot";
import { compileRoutingTable, rangeSources } from "../../routing/compile-routing-table";
import { explain } from "../../routing/explain";
import { decodeRoutingTable, type RoutingTable } from "../../routing/routing-table";
import { allHeld, decided, request } from "./asking";
import { fixture, inventoryOf, ranges, tableOf, writeSnapshot } from "./tables";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-ranges-"));
  writeSnapshot(folder, "asn.txt", "2026-11-02", [
    { prefix: "198.51.100.0/24", asn: 64500 },
    { prefix: "2001:db8:64::/48", asn: 64500 },
    { prefix: "203.0.113.0/24", asn: 64501 },
  ]);
  writeSnapshot(folder, "country.txt", "2026-11-01", [
    { prefix: "198.51.100.0/25", country: "DE" },
    { prefix: "198.51.100.128/25", country: "JP" },
    { prefix: "192.0.2.0/24", country: "JP" },
    { prefix: "203.0.113.0/24", country: "AU" },
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An inventory with an origin at Google, and external providers with one mirror each, with these fields. */
function text(providers: Record<string, { mirror?: object; [field: string]: unknown }>, google: object = {}): string {
  const written = parse(fixture("smallest"));
  written.providers.google.networks = [];
  Object.assign(written.providers.google, google);
  for (const [key, { mirror, ...fields }] of Object.entries(providers)) {
    const urls = { blobs: `https://${key}.example.net/{digest}`, files: `https://${key}.example.net/{path}` };
    written.providers[key] = {
      cloud: "external",
      ...fields,
      mirrors: { everywhere: { ...urls, weight: 10, ...mirror } },
    };
  }
  return stringify(written);
}

const tableFrom = (...fields: Parameters<typeof text>) => tableOf(inventoryOf(text(...fields)), undefined, folder);

/** The mirrors that take a client's blobs, in order. */
function order(table: RoutingTable, address: string): string[] {
  const { reasons } = explain(table, request({ address }), allHeld);
  return reasons.flatMap(({ mirror, object }) => (object ? [mirror] : [])).sort();
}

/** Why a mirror does not take a client's blobs. */
function why(table: RoutingTable, address: string, mirror: string): string | undefined {
  return explain(table, request({ address }), allHeld).reasons.find((reason) => reason.mirror === mirror)?.reason;
}

const google = "google/us-central1";

describe("clients that a mirror avoids", () => {
  test.each<[string, avoid: object[], avoided: string[], served: string[]]>([
    [
      "by ASN",
      [{ asn: [64500] }],
      ["198.51.100.1", "2001:db8:64::1", "::ffff:198.51.100.1"],
      ["203.0.113.1", "192.0.2.1"],
    ],
    ["by country", [{ country: ["JP"] }], ["192.0.2.1", "198.51.100.129"], ["198.51.100.1", "203.0.113.1"]],
    [
      "by prefix",
      [{ prefixes: ["198.51.100.0/25", "2001:db8::/32"] }],
      ["198.51.100.1", "2001:db8::1"],
      ["198.51.100.129", "2001:db9::1"],
    ],
    [
      "by all of them",
      [{ asn: [64501] }, { country: ["DE"] }, { prefixes: ["192.0.2.0/28"] }],
      ["203.0.113.1", "198.51.100.1", "192.0.2.1"],
      ["192.0.2.17", "198.51.100.129"],
    ],
  ])("%s, at the mirror and at its provider", (_, avoid, avoided, served) => {
    const other = { spare: {} };
    for (const table of [
      tableFrom({ cdn: { mirror: { avoid } }, ...other }),
      tableFrom({ cdn: { avoid }, ...other }),
    ]) {
      for (const address of avoided) {
        expect(order(table, address)).toEqual([google, "spare/everywhere"]);
        expect(why(table, address, "cdn/everywhere")).toBe("avoids this client, as the inventory says");
      }
      for (const address of served)
        expect(order(table, address)).toEqual(["cdn/everywhere", google, "spare/everywhere"]);
      expect(order(table, "garbage")).toContain("cdn/everywhere");
    }
  });

  test("the lists of provider and mirror are combined", () => {
    const table = tableFrom({ cdn: { avoid: [{ country: ["DE"] }], mirror: { avoid: [{ country: ["AU"] }] } } });
    for (const address of ["198.51.100.1", "203.0.113.1"]) expect(order(table, address)).toEqual([google]);
    expect(order(table, "192.0.2.1")).toContain("cdn/everywhere");
  });

  test("one mirror's short prefix applies despite another mirror's longer one", () => {
    const table = tableFrom({
      one: { mirror: { avoid: [{ prefixes: ["10.0.0.0/8"] }] } },
      two: { mirror: { avoid: [{ prefixes: ["10.1.0.0/16"] }] } },
      three: { mirror: { avoid: [{ prefixes: ["10.1.2.0/24", "11.0.0.0/8"] }] } },
      four: { mirror: { avoid: [{ prefixes: ["10.1.0.0/16"] }] } },
    });
    const left = (address: string) =>
      order(table, address)
        .filter((id) => id !== google)
        .map((id) => id.split("/")[0]);
    expect(left("10.1.2.3")).toEqual([]);
    expect(left("10.1.9.9")).toEqual(["three"]);
    expect(left("10.2.0.1")).toEqual(["four", "three", "two"]);
    expect(left("11.0.0.1")).toEqual(["four", "one", "two"]);
    expect(left("12.0.0.1")).toEqual(["four", "one", "three", "two"]);
  });

  test("avoided prefixes do not hide the network's provider", () => {
    const table = tableFrom({
      cdn: { networks: [{ prefixes: ["10.0.0.0/8"] }] },
      spare: { mirror: { avoid: [{ prefixes: ["10.1.0.0/16"] }] } },
    });
    expect(table.network(parseAddress("10.1.2.3"))).toEqual({ provider: "cdn", avoidedBy: ["spare/everywhere"] });
    expect(table.network(parseAddress("10.2.0.1"))).toEqual({ provider: "cdn" });
    expect(decided(table, { address: "10.1.2.3" }).mirror).toBe("cdn/everywhere");
  });

  test("a provider's own clients go to another of its mirrors, or to public mirrors", () => {
    const written = parse(text({ cdn: { networks: [{ asn: [64500] }] }, spare: {} }));
    written.providers.cdn.mirrors.everywhere.avoid = [{ country: ["DE"] }];
    expect(
      decided(tableOf(inventoryOf(stringify(written)), undefined, folder), { address: "198.51.100.1" }).mirror,
    ).toBe("spare/everywhere");
    written.providers.cdn.mirrors.second = { blobs: "https://second.example.net/{digest}" };
    const table = tableOf(inventoryOf(stringify(written)), undefined, folder);
    expect(decided(table, { address: "198.51.100.1" }).mirror).toBe("cdn/second");
    expect(decided(table, { address: "198.51.100.129" }).mirror).toMatch(/^cdn\//);
  });

  test("the origin remains the last fallback, even for clients that it avoids", () => {
    const avoid = [{ country: ["DE"] }];
    const table = tableFrom({ cdn: { avoid } }, { avoid });
    expect(decided(table, { address: "198.51.100.1" })).toMatchObject({ mirror: google, grade: "origin" });
    expect(decided(table, { address: "198.51.100.1", target: "/v2/pause/manifests/v1" }).mirror).toBe(google);
    // Unaffiliated clients are sent to the CDN first, whether the origin avoids them or not.
    expect(decided(tableFrom({ cdn: {} }, { avoid }), { address: "198.51.100.1" }).mirror).toBe("cdn/everywhere");
  });

  test("their ranges are read, so they must exist", () => {
    const sources = rangeSources(
      inventoryOf(text({ cdn: { avoid: [{ asn: [64500] }], mirror: { avoid: [{ country: ["DE"] }] } } })),
    );
    expect(sources).toEqual([
      { kind: "asn", asns: [64500] },
      { kind: "country", countries: ["DE"] },
    ]);
    expect(rangeSources(inventoryOf(text({ cdn: { avoid: [{ prefixes: ["10.0.0.0/8"] }] } })))).toEqual([]);
  });
});

describe("what is known about an address", () => {
  test("combines provider, ASN and country layers", () => {
    const table = tableFrom({
      cdn: { networks: [{ prefixes: ["198.51.100.0/26"] }] },
      hoster: { networks: [{ asn: [64500] }] },
      nation: { networks: [{ country: ["DE", "AU"] }] },
    });
    const germany = { latitude: expect.closeTo(51, -1), longitude: expect.closeTo(10, -1) };
    expect(table.network(parseAddress("198.51.100.1"))).toEqual({
      provider: "cdn",
      asn: 64500,
      country: "DE",
      place: germany,
    });
    expect(table.network(parseAddress("198.51.100.65"))).toEqual({
      provider: "hoster",
      asn: 64500,
      country: "DE",
      place: germany,
    });
    expect(table.network(parseAddress("198.51.100.200"))).toEqual({ provider: "hoster", asn: 64500 });
    expect(table.network(parseAddress("203.0.113.1"))).toMatchObject({ provider: "nation", country: "AU" });
    expect(table.network(parseAddress("192.0.2.1"))).toEqual({});
  });

  test("an avoided country sets a location but no provider", () => {
    const table = tableFrom({ cdn: { avoid: [{ country: ["JP"] }] } });
    expect(table.network(parseAddress("192.0.2.1"))).toMatchObject({
      country: "JP",
      place: { latitude: expect.closeTo(36, -1) },
    });
    expect(table.network(parseAddress("192.0.2.1")).provider).toBeUndefined();
  });

  test("ranks a provider's mirrors by distance from the client's country, and explains it", () => {
    const written = parse(text({ nation: { networks: [{ country: ["DE", "JP"] }] } }));
    written.providers.nation.mirrors = {
      tokyo: { blobs: "https://tokyo.example.net/{digest}", place: { latitude: 35.68, longitude: 139.69 } },
      berlin: { blobs: "https://berlin.example.net/{digest}", place: { latitude: 52.52, longitude: 13.4 } },
    };
    const table = tableOf(inventoryOf(stringify(written)), undefined, folder);
    expect(decided(table, { address: "198.51.100.1" }).mirror).toBe("nation/berlin");
    expect(decided(table, { address: "192.0.2.1" }).mirror).toBe("nation/tokyo");
    expect(why(table, "192.0.2.1", "nation/tokyo")).toMatch(/^is nation's, [0-9,]+ km from JP$/);
  });
});

describe("the other contents of a table", () => {
  const inventory = inventoryOf(fixture("small"));
  const { content } = tableOf(inventory);

  test("issue time defaults to 1970", () => {
    const issued = (date?: Date) => decodeRoutingTable(compileRoutingTable(inventory, {}, ranges, date)).content.issued;
    expect(issued()).toBe("1970-01-01T00:00:00.000Z");
    expect(issued(new Date("2026-11-21T10:20:30Z"))).toBe("2026-11-21T10:20:30.000Z");
  });

  test("the number of prefixes, all layers together", () => {
    const all = rangeSources(inventory).flatMap((source) =>
      readRanges(ranges, source).entries.map(({ prefix }) => `${source.kind === "asn"} ${prefix}`),
    );
    expect(content.prefixes).toBe(new Set(all).size);
    const more = tableFrom({
      cdn: {
        networks: [{ prefixes: ["10.0.0.0/8", "11.0.0.0/8"] }],
        avoid: [{ country: ["JP"] }, { prefixes: ["10.0.0.0/8"] }],
      },
    });
    expect(more.content.prefixes).toBe(2 + 2 + 1);
  });

  test("the ranges it was compiled from, each once, with their days", () => {
    const names = content.ranges.map(({ name }) => name);
    expect([...names].sort()).toEqual([
      "asn",
      "aws",
      "azure",
      "cidr-list https://www.cloudflare.com/ips-v4/",
      "google",
    ]);
    for (const { asOf } of content.ranges) expect(asOf).toMatch(/^20[0-9]{2}-[01][0-9]-[0-3][0-9]$/);
    const avoiding = tableFrom({
      cdn: { networks: [{ asn: [64501] }], avoid: [{ asn: [64500] }, { country: ["JP"] }] },
    });
    expect(avoiding.content.ranges).toEqual([
      { name: "asn", asOf: "2026-11-02" },
      { name: "country", asOf: "2026-11-01" },
    ]);
  });

  test("canary, hosts and the properties of each mirror", () => {
    const written = parse(
      text({ cdn: { presence: "complete", mirror: { place: { latitude: 1, longitude: 2 }, trusted: true } } }),
    );
    written.redirector.canary = { blob: `pause@sha256:${"0".repeat(64)}`, file: "release/stable.txt" };
    written.hosts["dl.example.org"] = {
      serves: ["files"],
      paths: { a: "x", "a/b": "" },
      "directory-index": "index.html",
    };
    const table = tableOf(inventoryOf(stringify(written)), undefined, folder);
    expect(table.content.canary).toEqual({
      blob: { name: "pause", digest: `sha256:${"0".repeat(64)}` },
      file: "release/stable.txt",
    });
    expect(table.host("dl.example.org")).toMatchObject({
      paths: [
        { path: "a/b", at: "" },
        { path: "a", at: "x" },
      ],
      directoryIndex: "index.html",
    });
    expect(table.content.mirrors.map(({ id, complete, trusted, place }) => ({ id, complete, trusted, place }))).toEqual(
      [
        { id: "cdn/everywhere", complete: true, trusted: true, place: { latitude: 1, longitude: 2 } },
        // The origin is complete, and trusted.
        { id: google, complete: true, trusted: true, place: expect.anything() },
      ],
    );
    expect(content.canary).toBeUndefined();
  });

  test("a mirror's own presence overrides its provider's", () => {
    const states = (mirror: object, provider: object) =>
      tableFrom({ cdn: { ...provider, mirror } }).content.mirrors.find(({ id }) => id === "cdn/everywhere")?.complete;
    expect(states({}, {})).toBe(false);
    expect(states({ presence: "complete" }, {})).toBe(true);
    expect(states({}, { presence: "complete" })).toBe(true);
    expect(states({ presence: "asked" }, { presence: "complete" })).toBe(false);
  });
});
