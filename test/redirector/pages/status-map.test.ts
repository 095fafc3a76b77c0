import fc from "fast-check";
import { type MapMark, mapMarks } from "../../../redirector/pages/map-marks";
import { mapSize, projectToMap } from "../../../redirector/pages/map-projection";
import type { MirrorStatus } from "../../../redirector/pages/status-report";
import { worldOutline } from "../../../redirector/pages/world-outline";
import { runs } from "../../property-runs";
import { richMirrors } from "./status-report";

describe("projectToMap", () => {
  // What d3-geo 3.1.2 gives for geoNaturalEarth1().rotate([-11, 0]).scale(218).translate([600, 304]).
  test.each<[string, number, number, number, number]>([
    ["the middle", 0, 11, 600, 304],
    ["London", 51.51, -0.13, 568, 106.8],
    ["New York", 40.71, -74.01, 341, 147.4],
    ["Tokyo", 35.68, 139.65, 1000.1, 166.7],
    ["Sydney", -33.87, 151.21, 1039, 434.3],
    ["Cape Town", -33.92, 18.42, 623.2, 434.5],
    ["São Paulo", -23.55, -46.63, 414.1, 394.5],
    ["Anchorage", 61.22, -149.9, 167.6, 72],
    ["Provideniya, across the date line", 64.42, -173.23, 1060.4, 61.1],
    ["Suva", -18.14, 178.44, 1146.2, 373.6],
    ["Longyearbyen", 78.22, 15.65, 610.7, 17.5],
    ["Ushuaia", -54.8, -68.3, 376.7, 513.2],
  ])("%s", (_, latitude, longitude, x, y) => {
    const point = projectToMap({ latitude, longitude });
    expect(point?.x).toBeCloseTo(x, 0);
    expect(point?.y).toBeCloseTo(y, 0);
  });

  test("places beyond the edges have no point", () => {
    expect(projectToMap({ latitude: -77.8, longitude: 166.7 })).toBeUndefined();
    expect(projectToMap({ latitude: 90, longitude: 0 })).toBeUndefined();
    expect(projectToMap({ latitude: Number.NaN, longitude: 0 })).toBeUndefined();
  });

  test("a whole turn of longitude changes nothing", () => {
    expect(projectToMap({ latitude: 35, longitude: 139 + 360 })).toEqual(
      projectToMap({ latitude: 35, longitude: 139 }),
    );
  });
});

describe("the outline", () => {
  /** The corners of all closed lines. */
  function corners(): { x: number; y: number }[] {
    return [...worldOutline.matchAll(/M([^z]*)z/g)].flatMap(([, line = ""]) => {
      const numbers = (line.match(/-?\d+/g) ?? []).map(Number);
      let x = 0;
      let y = 0;
      return Array.from({ length: numbers.length / 2 }, (_, index) => {
        x += numbers[2 * index] ?? 0;
        y += numbers[2 * index + 1] ?? 0;
        return { x, y };
      });
    });
  }

  test("has closed lines of whole steps", () => {
    expect(worldOutline).toMatch(/^(M\d+ \d+l(-?\d+[ -]?)+z)+$/);
  });

  test("fills the map and stays inside it", () => {
    const points = corners();
    const xs = points.map(({ x }) => x);
    const ys = points.map(({ y }) => y);
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...xs)).toBeLessThanOrEqual(mapSize.width);
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ys)).toBeLessThanOrEqual(mapSize.height);
    expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(mapSize.height - 20);
  });

  test.each([
    ["Cape Agulhas", -34.8, 20],
    ["Cape Comorin", 8.1, 77.5],
    ["Cape Horn", -55.6, -69],
    ["Gibraltar", 36, -5.6],
    ["Cape York", -10.7, 142.5],
  ])("%s is where the projection puts it", (_, latitude, longitude) => {
    const place = projectToMap({ latitude, longitude });
    const distances = corners().map(({ x, y }) => Math.hypot(x - (place?.x ?? 0), y - (place?.y ?? 0)));
    expect(Math.min(...distances)).toBeLessThan(5);
  });
});

describe("mapMarks", () => {
  const well: MirrorStatus = {
    id: "a/1",
    provider: "a",
    place: { latitude: 50, longitude: 8 },
    state: "active",
    weight: 0,
    origin: false,
    presence: "complete",
    breaker: "closed",
    check: "done",
    decisions: 0,
  };

  function overlaps(marks: readonly MapMark[]): string[] {
    return marks.flatMap((a, index) =>
      marks
        .slice(index + 1)
        .filter((b) => Math.hypot(a.x - b.x, a.y - b.y) < a.radius + b.radius - 1)
        .map((b) => `${a.mirror.id} and ${b.mirror.id}`),
    );
  }

  test("the rich inventory's mirrors do not overlap, and stay within 40 units of their places", () => {
    const marks = mapMarks(richMirrors());
    expect(overlaps(marks)).toEqual([]);
    for (const { mirror, x, y } of marks) {
      const home = mirror.place && projectToMap(mirror.place);
      expect(home && Math.hypot(x - home.x, y - home.y)).toBeLessThan(40);
    }
  });

  test("an isolated mirror stays where it is", () => {
    expect(mapMarks([well])).toEqual([{ mirror: well, radius: 5, ...projectToMap({ latitude: 50, longitude: 8 }) }]);
  });

  test("mirrors in one place are moved apart", () => {
    const marks = mapMarks([1, 2, 3, 4].map((key) => ({ ...well, id: `a/${key}` })));
    expect(overlaps(marks)).toEqual([]);
  });

  test("a larger share has a larger mark, up to a quarter of all; mirrors with a special state are never tiny", () => {
    const radii = (decisions: readonly number[], change: Partial<MirrorStatus> = {}) =>
      mapMarks(decisions.map((count, index) => ({ ...well, ...change, id: `a/${index}`, decisions: count }))).map(
        ({ radius }) => radius,
      );
    const [small = 0, middle = 0, large = 0, other] = radii([1, 10, 50, 39]);
    expect([small < middle, middle < large, large]).toEqual([true, true, other]);
    expect(radii([0], { breaker: "open" })).toEqual([8]);
  });

  test("every mirror with a place is inside the map, at the same point every time", () => {
    const anywhere = fc.record({
      latitude: fc.double({ min: -55, max: 80, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    const mirrors = fc.array(fc.tuple(anywhere, fc.nat()), { maxLength: 40 });
    fc.assert(
      fc.property(mirrors, (places) => {
        const all = places.map(([place, decisions], index) => ({ ...well, id: `a/${index}`, place, decisions }));
        const marks = mapMarks(all);
        expect(marks.map(({ mirror }) => mirror)).toEqual(all);
        expect(mapMarks(all)).toEqual(marks);
        for (const { x, y, radius } of marks) {
          expect(x - radius >= 0 && x + radius <= mapSize.width).toBe(true);
          expect(y - radius >= 0 && y + radius <= mapSize.height).toBe(true);
        }
      }),
      runs(50),
    );
  });
});
