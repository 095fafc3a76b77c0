import fc from "fast-check";
import { parse, stringify } from "yaml";
import type { ProviderFacts } from "../../facts/deployed-facts";
import { assumeAllHeld } from "../../routing/conditions";
import { type Credit, creditLeft } from "../../routing/credit";
import { decide } from "../../routing/decide";
import { explain } from "../../routing/explain";
import { request } from "./asking";
import { madeMirror, madeTable, origin } from "./handmade-table";
import { fixture, inventoryOf, tableOf } from "./tables";

describe("the remaining credit", () => {
  test.each<[string, Credit | undefined, today: string, left: number]>([
    ["no limit", undefined, "2026-11-21", 1],
    ["the last day still counts", { until: "2026-11-21" }, "2026-11-21", 1],
    ["the day after does not count", { until: "2026-11-20" }, "2026-11-21", 0],
    [
      "the end date takes precedence over the remaining amount",
      { until: "2026-11-20", month: "2026-11", left: 1 },
      "2026-11-21",
      0,
    ],
    ["a figure for this month", { until: "2027-12-31", month: "2026-11", left: 0.5 }, "2026-11-21", 0.5],
    [
      "a figure for last month has no effect this month",
      { until: "2027-12-31", month: "2026-10", left: 0 },
      "2026-11-01",
      1,
    ],
    [
      "it is valid until the last day of the month",
      { until: "2027-12-31", month: "2026-11", left: 0 },
      "2026-11-30",
      0,
    ],
    [
      "nor does one for the same month of another year",
      { until: "2027-12-31", month: "2025-11", left: 0 },
      "2026-11-21",
      1,
    ],
    [
      "slightly more than a tenth is rounded up to two",
      { until: "2027-12-31", month: "2026-11", left: 0.11 },
      "2026-11-21",
      0.2,
    ],
    ["a tenth is one", { until: "2027-12-31", month: "2026-11", left: 0.1 }, "2026-11-21", 0.1],
    ["the last dollar is a tenth", { until: "2027-12-31", month: "2026-11", left: 1e-9 }, "2026-11-21", 0.1],
    ["nothing left", { until: "2027-12-31", month: "2026-11", left: 0 }, "2026-11-21", 0],
    ["more than everything counts as everything", { until: "2027-12-31", month: "2026-11", left: 3 }, "2026-11-21", 1],
    ["less than nothing left", { until: "2027-12-31", month: "2026-11", left: -1 }, "2026-11-21", 0],
  ])("%s", (_, credit, today, left) => {
    expect(creditLeft(credit, today)).toBe(left);
  });

  test("it has eleven values, and never decreases with the remaining amount", () => {
    const left = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(left, left, (one, other) => {
        const of = (share: number) => creditLeft({ until: "2027-12-31", month: "2026-11", left: share }, "2026-11-21");
        expect(of(one) * 10).toBeCloseTo(Math.round(of(one) * 10), 9);
        expect(of(one)).toBeGreaterThanOrEqual(one);
        expect(of(one)).toBeLessThan(one + 0.1 + 1e-9);
        if (one <= other) expect(of(one)).toBeLessThanOrEqual(of(other));
      }),
    );
  });
});

const credits = { monthly: 250_000, currency: "USD", until: "2026-11-30" };

/** The small inventory with credits at the CDN, and the used amount. */
function withCredits(used?: ProviderFacts["used"]) {
  const written = parse(fixture("small"));
  written.providers.cdn.credits = credits;
  return tableOf(inventoryOf(stringify(written)), { cdn: used === undefined ? {} : { used } });
}

describe("credits in the routing table", () => {
  test.each<[string, ProviderFacts["used"], Credit]>([
    ["no figure", undefined, { until: "2026-11-30" }],
    ["some was used", { month: "2026-11", amount: 175_000 }, { until: "2026-11-30", month: "2026-11", left: 0.3 }],
    ["all was used", { month: "2026-11", amount: 250_000 }, { until: "2026-11-30", month: "2026-11", left: 0 }],
    ["too much was used", { month: "2026-11", amount: 300_000 }, { until: "2026-11-30", month: "2026-11", left: 0 }],
  ])("%s", (_, used, credit) => {
    const { content } = withCredits(used);
    expect(content.credits.cdn).toEqual(credit);
    expect(Object.keys(content.credits)).toEqual(["aws", "cdn", "google"]);
  });

  test("a remainder of n tenths gives n tenths", () => {
    for (let tenths = 0; tenths <= 10; tenths++) {
      const { content } = withCredits({ month: "2026-11", amount: (credits.monthly * (10 - tenths)) / 10 });
      expect(creditLeft(content.credits.cdn, "2026-11-21")).toBe(tenths / 10);
    }
  });
});

describe("a provider without credit serves only its own clients", () => {
  const mirrors = [madeMirror("cdn/everywhere", { weight: 20 }), madeMirror("store/germany", { weight: 10 })];
  const own = { "203.0.113.0/24": { provider: "cdn" } };
  const table = (credit: Credit) => madeTable(mirrors, own, { credits: { cdn: credit } });
  const sent = (credit: Credit, address: string, today = "2026-11-21") =>
    decide(table(credit), request({ address }), assumeAllHeld(today)).mirror;
  /** The mirrors that unaffiliated clients are sent to. */
  const met = (credit: Credit, today?: string) =>
    new Set(Array.from({ length: 100 }, (_, index) => sent(credit, `192.0.${index}.1`, today)));

  test.each<[string, Credit, string, string[]]>([
    ["on its last day", { until: "2026-11-21" }, "2026-11-21", ["cdn/everywhere", "store/germany"]],
    ["the day after", { until: "2026-11-21" }, "2026-11-22", ["store/germany"]],
    ["at its limit", { until: "2027-12-31", month: "2026-11", left: 0 }, "2026-11-21", ["store/germany"]],
    [
      "in a new month",
      { until: "2027-12-31", month: "2026-11", left: 0 },
      "2026-12-01",
      ["cdn/everywhere", "store/germany"],
    ],
  ])("%s", (_, credit, today, expected) => {
    expect([...met(credit, today)].sort()).toEqual(expected);
    expect(sent(credit, "203.0.113.1", today)).toBe("cdn/everywhere");
  });

  test("one table is correct on any day, in any order", () => {
    const lasting = table({ until: "2026-11-21" });
    const days = ["2026-11-22", "2026-11-21", "2026-11-22", "2026-11-20"];
    const taken = days.map((day) =>
      Array.from(
        { length: 50 },
        (_, index) => decide(lasting, request({ address: `192.0.${index}.1` }), assumeAllHeld(day)).mirror,
      ),
    );
    expect(taken.map((mirrors) => mirrors.includes("cdn/everywhere"))).toEqual([false, true, false, true]);
  });

  test("and the origin serves unaffiliated clients if no mirror does", () => {
    const alone = madeTable(mirrors.slice(0, 1), own, { credits: { cdn: { until: "2026-01-01" } } });
    expect(decide(alone, request(), assumeAllHeld("2026-11-21"))).toMatchObject({ mirror: origin, grade: "origin" });
  });

  test("explain shows the remaining credit, and when it is used up", () => {
    const words = (credit: Credit) =>
      explain(table(credit), request(), assumeAllHeld("2026-11-21")).reasons.find(
        ({ mirror }) => mirror === "cdn/everywhere",
      )?.reason;
    expect(words({ until: "2027-12-31" })).toBe(
      "serves unaffiliated clients: weight 20, chosen by a hash of client and object",
    );
    expect(words({ until: "2027-12-31", month: "2026-11", left: 0.25 })).toBe(
      "serves unaffiliated clients: weight 20, 30 % of its provider's credit left, chosen by a hash of client and object",
    );
    const spent = "serves only cdn's own clients: its credit is exhausted or expired";
    expect(words({ until: "2027-12-31", month: "2026-11", left: 0 })).toBe(spent);
    expect(words({ until: "2026-11-20" })).toBe(spent);
  });
});
