import { distanceKilometres } from "../../inventory/coordinates";
import { findCountry } from "../../inventory/country";
import type { Network, RoutingTable, TableMirror } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { blob, clients, decided } from "./asking";
import { madeMirror, madeTable } from "./handmade-table";

const tokyo = { latitude: 35.68, longitude: 139.69 };
const osaka = { latitude: 34.69, longitude: 135.5 };
const frankfurt = { latitude: 50.11, longitude: 8.68 };
const virginia = { latitude: 38.95, longitude: -77.45 };

const { numRuns: draws } = runs(2_500);
const many = clients(draws);

/** The share of clients and objects that each mirror gets. */
function shares(table: RoutingTable, addresses: readonly string[] = many): Record<string, number> {
  const met: Record<string, number> = {};
  addresses.forEach((address, index) => {
    const { mirror = "" } = decided(table, { address, target: blob(index % 977) });
    met[mirror] = (met[mirror] ?? 0) + 1 / addresses.length;
  });
  return met;
}

/** Four standard deviations of a share, at most. */
const tolerance = 2 / Math.sqrt(draws);

function expectShares(found: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [mirror, share] of Object.entries(expected))
    expect(Math.abs((found[mirror] ?? 0) - share)).toBeLessThan(tolerance);
}

describe("unaffiliated clients are shared by weight", () => {
  test.each<[string, Record<string, number>]>([
    ["two alike", { "a/one": 10, "b/two": 10 }],
    ["four fifths and one fifth", { "cdn/everywhere": 80, "hoster/falkenstein": 20 }],
    ["three", { "a/one": 70, "b/two": 20, "c/three": 10 }],
    ["names that are almost the same", { "m/1": 50, "m/2": 30, "m/3": 20 }],
    ["a thousandth", { "a/one": 1000, "b/two": 1 }],
    ["eight", Object.fromEntries(Array.from("abcdefgh", (name) => [`${name}/mirror`, 5]))],
  ])("%s", (_, weights) => {
    const sum = Object.values(weights).reduce((total, weight) => total + weight);
    const table = madeTable(Object.entries(weights).map(([id, weight]) => madeMirror(id, { weight })));
    expectShares(shares(table), Object.fromEntries(Object.entries(weights).map(([id, weight]) => [id, weight / sum])));
  });

  test("mirrors without weight get none", () => {
    expectShares(shares(madeTable([madeMirror("a/one", { weight: 1 }), madeMirror("b/two")])), { "a/one": 1 });
  });

  test("and by credit, in tenths", () => {
    const mirrors = [madeMirror("a/one", { weight: 10 }), madeMirror("b/two", { weight: 10 })];
    const credits = { a: { until: "2027-12-31", month: "2026-11", left: 0.5 } };
    expectShares(shares(madeTable(mirrors, {}, { credits })), { "a/one": 1 / 3, "b/two": 2 / 3 });
  });

  test("the origin gets a share if it has a weight", () => {
    const table = madeTable([madeMirror("a/one", { weight: 30 }), madeMirror("google/us-central1", { weight: 10 })]);
    expectShares(shares(table), { "a/one": 0.75, "google/us-central1": 0.25 });
  });

  test("mirrors are chosen separately for each file and each client network", () => {
    const table = madeTable([madeMirror("a/one", { weight: 10 }), madeMirror("b/two", { weight: 10 })]);
    const met = (address: string) =>
      Array.from({ length: 64 }, (_, file) => decided(table, { address, target: `/f${file}` }).mirror);
    expect(new Set(met("192.0.2.1")).size).toBe(2);
    expect(met("192.0.2.1")).toEqual(met("192.0.2.254"));
    expect(met("192.0.2.1")).not.toEqual(met("192.0.3.1"));
    expect(met("2001:db8:1::1")).toEqual(met("2001:db8:1:ffff::2"));
    expect(met("no address")).toEqual(met(""));
  });

  test("a resumed download, or one with another query, stays at its mirror", () => {
    const table = madeTable([madeMirror("a/one", { weight: 10 }), madeMirror("b/two", { weight: 10 })]);
    for (let file = 0; file < 64; file++) {
      const first = decided(table, { target: `/f${file}` }).mirror;
      expect(decided(table, { target: `/f${file}?again=1`, method: "HEAD" }).mirror).toBe(first);
      expect(decided(table, { target: `/%66${file}`, address: "192.0.2.9" }).mirror).toBe(first);
    }
  });
});

describe("nearer mirrors get more of the clients with a known location", () => {
  const placed = (place: TableMirror["place"]) => (place === undefined ? {} : { place });
  const mirrors = [
    madeMirror("asia/tokyo", { weight: 10, ...placed(tokyo) }),
    madeMirror("europe/frankfurt", { weight: 10, ...placed(frankfurt) }),
    madeMirror("cdn/everywhere", { weight: 10 }),
  ];
  /** Clients of a provider that has no mirror for them. */
  const from = (place: Network["place"]): Network => ({ provider: "elsewhere", ...placed(place) });
  const table = madeTable(mirrors, {
    "10.0.0.0/8": from(osaka),
    "11.0.0.0/8": from(virginia),
    "12.0.0.0/8": {},
  });
  /** The result for the same networks with another first byte. */
  const at = (first: number) =>
    shares(
      table,
      many.map((address) => address.replace(/^10/, String(first))),
    );

  test("from Osaka: Tokyo is near, so is the CDN, Frankfurt hardly gets any", () => {
    const far = (1000 / distanceKilometres(osaka, frankfurt)) ** 2;
    expect(far).toBeLessThan(0.02);
    const sum = 2 + far;
    expectShares(shares(table), {
      "asia/tokyo": 1 / sum,
      "cdn/everywhere": 1 / sum,
      "europe/frankfurt": far / sum,
    });
  });

  test("from Virginia: both are far, and only the CDN is near", () => {
    const met = at(11);
    const frankfurtShare = (1000 / distanceKilometres(virginia, frankfurt)) ** 2;
    const tokyoShare = (1000 / distanceKilometres(virginia, tokyo)) ** 2;
    const sum = 1 + frankfurtShare + tokyoShare;
    expect(frankfurtShare).toBeGreaterThan(tokyoShare);
    expectShares(met, {
      "cdn/everywhere": 1 / sum,
      "europe/frankfurt": frankfurtShare / sum,
      "asia/tokyo": tokyoShare / sum,
    });
  });

  test("without a known location, only the weight counts", () => {
    const third = 1 / 3;
    const expected = { "asia/tokyo": third, "cdn/everywhere": third, "europe/frankfurt": third };
    expectShares(at(12), expected);
    expectShares(at(13), expected);
  });

  test("a country is a location, too", () => {
    const japan = findCountry("JP");
    const ofJapan = madeTable(mirrors.slice(0, 2), {
      "0.0.0.0/0": { country: "JP", ...placed(japan && { latitude: japan.latitude, longitude: japan.longitude }) },
    });
    const met = shares(ofJapan);
    expect(met["asia/tokyo"]).toBeGreaterThan(0.95);
  });
});

describe("a provider's own clients with a known location", () => {
  const own = { provider: "donor", place: osaka };
  const at = (...mirrors: TableMirror[]) =>
    decided(madeTable(mirrors, { "10.0.0.0/8": own, "11.0.0.0/8": { provider: "donor" } }), { address: "10.0.0.1" })
      .mirror;
  const everywhere = madeMirror("donor/everywhere");

  test.each<[string, TableMirror["place"], string]>([
    ["a mirror within 1,000 km comes before one that is near all clients", tokyo, "donor/placed"],
    ["one that is farther does not", frankfurt, "donor/everywhere"],
  ])("%s", (_, place, mirror) => {
    expect(at(everywhere, madeMirror("donor/placed", place && { place }))).toBe(mirror);
  });

  test("the nearest of those with a location", () => {
    expect(at(madeMirror("donor/far", { place: frankfurt }), madeMirror("donor/near", { place: tokyo }))).toBe(
      "donor/near",
    );
  });
});
