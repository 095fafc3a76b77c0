import fc from "fast-check";
import type { Credit } from "../../routing/credit";
import type { RoutingTable, TableMirror } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { blob, clients, decided } from "./asking";
import { madeMirror, madeReplica, madeTable } from "./handmade-table";

/** A mirror with the properties that change: its state, its weight, its provider's credit, or whether it exists. */
interface Varied {
  readonly state: "active" | "draining" | "retired";
  readonly weight: number;
  /** In hundredths; none: without a limit. */
  readonly credit: number | undefined;
  readonly there: boolean;
}

type Variation = Readonly<Record<string, Varied>>;

const addresses = clients(400);

const varied = fc.record<Varied>({
  state: fc.constantFrom("active", "active", "active", "draining", "retired"),
  weight: fc.constantFrom(0, 1, 5, 10, 20, 80, 1000),
  credit: fc.constantFrom(undefined, undefined, 0, 5, 10, 50, 95),
  there: fc.constantFrom(true, true, true, false),
});

/** Two to six mirrors, each of a provider of its own. */
const variations = fc
  .integer({ min: 2, max: 6 })
  .chain((count) => fc.tuple(fc.array(varied, { minLength: count, maxLength: count }), fc.nat(count - 1), varied));

function tableOfVaried(mirrors: Variation): RoutingTable {
  const there = Object.entries(mirrors).filter(([, mirror]) => mirror.there);
  const credits = there.flatMap(([id, { credit }]): [string, Credit][] => {
    const [provider = ""] = id.split("/");
    return credit === undefined ? [] : [[provider, { until: "2027-12-31", month: "2026-11", left: credit / 100 }]];
  });
  return madeTable(
    there.map(([id, { state, weight }]) => madeMirror(id, { state, weight })),
    {},
    { credits: Object.fromEntries(credits) },
  );
}

/** The share of unaffiliated clients that a mirror takes, by its own weight. */
function claim({ state, weight, credit, there }: Varied): number {
  return there && state === "active" ? weight * (credit === undefined ? 1 : Math.ceil(credit / 10) / 10) : 0;
}

function shareOf(mirrors: Variation, id: string): number {
  const sum = Object.values(mirrors).reduce((total, mirror) => total + claim(mirror), 0);
  const own = mirrors[id];
  return sum === 0 || own === undefined ? 0 : claim(own) / sum;
}

const met = (table: RoutingTable) =>
  addresses.map((address, index) => decided(table, { address, target: blob(index) }).mirror);

test("a change to one mirror never moves clients between others, and moves no more clients than its share changes by", () => {
  fc.assert(
    fc.property(variations, ([all, index, after]) => {
      const before = Object.fromEntries(all.map((mirror, number) => [`p${number}/mirror`, mirror]));
      const touched = `p${index}/mirror`;
      const changed = { ...before, [touched]: after };
      const then = met(tableOfVaried(before));
      const now = met(tableOfVaried(changed));
      // Where no other mirror takes unaffiliated clients, the origin's place is taken, or given back to it.
      const others = Object.keys(before).filter((id) => id !== touched);
      const movedBetweenOthers = then.filter(
        (mirror, client) => mirror !== now[client] && mirror !== touched && now[client] !== touched,
      );
      expect(movedBetweenOthers).toEqual([]);
      const moved = then.filter((mirror, client) => mirror !== now[client]).length / addresses.length;
      const alone = others.every((id) => claim(before[id] as Varied) === 0);
      const bound = alone
        ? Number(claim(before[touched] as Varied) > 0 !== claim(after) > 0)
        : Math.abs(shareOf(changed, touched) - shareOf(before, touched));
      // Six standard deviations of a share among 400 draws.
      const error = 6 * Math.sqrt((bound * (1 - bound)) / addresses.length) + 6 / addresses.length;
      expect(moved).toBeLessThanOrEqual(bound + error);
    }),
    runs(15),
  );
});

describe("the share that moves, by example", () => {
  const mirrors: Variation = {
    "a/one": { state: "active", weight: 60, credit: undefined, there: true },
    "b/two": { state: "active", weight: 30, credit: undefined, there: true },
    "c/three": { state: "active", weight: 10, credit: undefined, there: true },
  };
  const many = clients(runs(2_000).numRuns);
  /** Four standard deviations of a share, at most. */
  const tolerance = 2 / Math.sqrt(many.length);
  const metByMany = (table: RoutingTable) =>
    many.map((address, index) => decided(table, { address, target: blob(index % 977) }).mirror);
  const before = metByMany(tableOfVaried(mirrors));

  test.each<[string, Record<string, Partial<Varied>>, moved: number]>([
    ["one is retired", { "c/three": { state: "retired" } }, 0.1],
    ["one drains", { "b/two": { state: "draining" } }, 0.3],
    ["one vanishes", { "a/one": { there: false } }, 0.6],
    ["one's weight becomes 0", { "c/three": { weight: 0 } }, 0.1],
    ["one's weight is doubled", { "b/two": { weight: 60 } }, 60 / 130 - 0.3],
    ["half of a provider's credit is used", { "a/one": { credit: 50 } }, 0.6 - 30 / 70],
    ["a provider reaches its limit", { "a/one": { credit: 0 } }, 0.6],
    ["one comes", { "d/four": { state: "active", weight: 25, credit: undefined, there: true } }, 0.2],
    ["nothing changes", {}, 0],
  ])("%s", (_, changes, expected) => {
    const changed = { ...mirrors };
    for (const [id, change] of Object.entries(changes)) changed[id] = { ...(mirrors[id] as Varied), ...change };
    const after = metByMany(tableOfVaried(changed));
    const touched = Object.keys(changes);
    const moved = before.flatMap((mirror, client) => (mirror === after[client] ? [] : [[mirror, after[client]]]));
    expect(Math.abs(moved.length / many.length - expected)).toBeLessThan(tolerance);
    expect(moved.filter((way) => !way.some((mirror) => touched.includes(mirror ?? "")))).toEqual([]);
  });
});

describe("a provider's own clients, if its mirrors are equally good", () => {
  const networks = { "10.0.0.0/8": { provider: "cdn" } };
  const table = (...mirrors: TableMirror[]) => madeTable(mirrors, networks);
  const one = madeMirror("cdn/one");
  const two = madeMirror("cdn/two");
  const three = madeMirror("cdn/three");

  test("they are shared, and a third mirror takes a third of the clients of each", () => {
    const before = met(table(one, two));
    const after = met(table(one, two, three));
    expect(new Set(before)).toEqual(new Set(["cdn/one", "cdn/two"]));
    const moved = after.filter((mirror, client) => mirror !== before[client]);
    expect(new Set(moved)).toEqual(new Set(["cdn/three"]));
    expect(Math.abs(moved.length / addresses.length - 1 / 3)).toBeLessThan(0.14);
  });

  test("a client gets all unverified content from the same one of several replicas", () => {
    const replicas = ["a/one", "b/two", "c/three"].map((id) =>
      madeReplica(id, { weight: 1, trusted: true, complete: true }),
    );
    const replicated = madeTable(replicas);
    const hex = "0".repeat(64);
    const targets = [
      "manifests/v1",
      `manifests/sha256:${hex}`,
      `manifests/sha256-${hex}.sig`,
      `referrers/sha256:${hex}`,
      "tags/list",
    ];
    const places = addresses.slice(0, 50).map((address) => {
      const mirrors = targets.map((target) => decided(replicated, { address, target: `/v2/pause/${target}` }).mirror);
      expect(new Set(mirrors).size).toBe(1);
      return mirrors[0];
    });
    expect(new Set(places).size).toBe(3);
  });
});
