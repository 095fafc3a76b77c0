import type { Network, TableMirror } from "../../routing/routing-table";
import { blob, clients, decided } from "./asking";
import { madeMirror, madeTable, origin } from "./handmade-table";

const places = {
  paris: { latitude: 48.86, longitude: 2.35 },
  dublin: { latitude: 53.35, longitude: -6.26 },
  ohio: { latitude: 39.96, longitude: -83 },
};
const paris: TableMirror = madeMirror("aws/eu-west-3", { region: "eu-west-3", place: places.paris });
const dublin: TableMirror = madeMirror("aws/eu-west-1", {
  region: "eu-west-1",
  place: places.dublin,
  serves: ["eu-*"],
});
const ohio: TableMirror = madeMirror("aws/us-east-2", { region: "us-east-2", place: places.ohio, primary: true });
const cdn: TableMirror = madeMirror("cdn/everywhere", { weight: 80 });
const hoster: TableMirror = madeMirror("hoster/falkenstein", { weight: 20 });
const all = [paris, dublin, ohio, cdn, hoster];

/** A client for each property that can be known. */
const networks: Record<string, Network> = {
  "198.51.100.0/28": { provider: "aws", region: "eu-west-3", place: places.paris },
  "198.51.100.16/28": { provider: "aws", region: "eu-west-1", place: places.dublin },
  "198.51.100.32/28": { provider: "aws", region: "eu-central-1", place: places.paris },
  "198.51.100.48/28": { provider: "aws", region: "us-east-2", place: places.ohio },
  "198.51.100.64/28": { provider: "aws" },
  "198.51.100.80/28": { provider: "cdn" },
  "198.51.100.96/28": { provider: "hoster" },
};
const named = {
  "eu-west-3": "198.51.100.1",
  "eu-west-1": "198.51.100.17",
  "eu-central-1": "198.51.100.33",
  "us-east-2": "198.51.100.49",
  "no region": "198.51.100.65",
  "the CDN's own": "198.51.100.81",
  "the hoster's own": "198.51.100.97",
} as const;

const of = (changes: Partial<Record<string, Partial<TableMirror>>>) =>
  madeTable(
    all.map((mirror) => ({ ...mirror, ...changes[mirror.id] })),
    networks,
  );
const before = of({});
const met = (table = before) =>
  Object.fromEntries(Object.entries(named).map(([name, address]) => [name, decided(table, { address }).mirror]));

const usual = {
  "eu-west-3": "aws/eu-west-3",
  "eu-west-1": "aws/eu-west-1",
  "eu-central-1": "aws/eu-west-1",
  "us-east-2": "aws/us-east-2",
  "no region": "aws/us-east-2",
  "the CDN's own": "cdn/everywhere",
  "the hoster's own": "hoster/falkenstein",
};

test("normally each client gets the mirror of its region, the one that serves it, or its provider's primary", () => {
  expect(met()).toEqual(usual);
});

/** One changed line of the inventory, and the clients that it moves; restoring the line moves them back. */
test.each<[string, Partial<Record<string, Partial<TableMirror>>>, Partial<Record<keyof typeof usual, string>>]>([
  [
    "a draining mirror keeps its own region's clients only",
    { "aws/eu-west-1": { state: "draining" } },
    { "eu-central-1": "aws/eu-west-3" },
  ],
  // Clients without a region get one of the others, by draw.
  ["so does a draining primary", { "aws/us-east-2": { state: "draining" } }, { "no region": "aws/eu-west-3" }],
  ["a retired mirror serves no client", { "aws/eu-west-3": { state: "retired" } }, { "eu-west-3": "aws/eu-west-1" }],
  [
    "nor those in its `serves`",
    { "aws/eu-west-1": { state: "retired" } },
    { "eu-west-1": "aws/eu-west-3", "eu-central-1": "aws/eu-west-3" },
  ],
  [
    "a draining mirror without a region serves no client",
    { "hoster/falkenstein": { state: "draining" } },
    { "the hoster's own": "cdn/everywhere" },
  ],
  ["weight 0 keeps a provider's own clients", { "cdn/everywhere": { weight: 0 } }, {}],
])("%s", (_, changes, moved) => {
  expect(met(of(changes))).toEqual({ ...usual, ...moved });
});

describe("unaffiliated clients", () => {
  const addresses = clients(600);
  const sent = (table = before) =>
    addresses.map((address, index) => decided(table, { address, target: blob(index) }).mirror);
  const usually = sent();

  test.each<[string, Partial<TableMirror>]>([
    ["draining", { state: "draining" }],
    ["retired", { state: "retired" }],
    ["of weight 0", { weight: 0 }],
  ])("leave a mirror that is %s, and no other client moves", (_, change) => {
    const after = sent(of({ "hoster/falkenstein": change }));
    const moved = usually.filter((mirror, client) => mirror !== after[client]);
    expect(new Set(moved)).toEqual(new Set(["hoster/falkenstein"]));
    expect(after).not.toContain("hoster/falkenstein");
    // The roll-back restores the line.
    expect(sent(of({}))).toEqual(usually);
  });

  test("get the origin if all other mirrors are gone", () => {
    const gone = { "cdn/everywhere": { state: "retired" }, "hoster/falkenstein": { weight: 0 } } as const;
    expect(decided(of(gone), { address: "192.0.2.1" })).toMatchObject({ mirror: origin, grade: "origin" });
  });
});
