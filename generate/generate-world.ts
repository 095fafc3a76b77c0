/**
 * Draws the land of the status page's map: `npx tsx generate/generate-world.ts` writes
 * `world-outline.ts`. The data is Natural Earth's (public domain), 1:110 million, as packed by world-atlas. Borders are
 * omitted: some are contested, and none is needed here.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { geoNaturalEarth1, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import land from "world-atlas/land-110m.json";
import { centralMeridian, type MapPoint, mapCentre, mapScale, mapSize } from "../redirector/pages/map-projection";

type Topology = Parameters<typeof feature>[0];
type Collection = Extract<Parameters<typeof feature>[1], { readonly type: "GeometryCollection" }>;

const topology = land as unknown as Topology & { readonly objects: { readonly land: Collection } };
const projection = geoNaturalEarth1()
  .rotate([-centralMeridian, 0])
  .scale(mapScale)
  .translate([mapCentre.x, mapCentre.y])
  .precision(0);

/** Draws the closed lines of the land, in whole units of the map, without repeated points. */
function drawOutlines(): MapPoint[][] {
  const lines: MapPoint[][] = [];
  const add = (x: number, y: number) => {
    const line = lines.at(-1);
    const last = line?.at(-1);
    const point = { x: Math.round(x), y: Math.round(y) };
    if (point.x !== last?.x || point.y !== last.y) line?.push(point);
  };
  geoPath(projection, {
    beginPath: () => {},
    moveTo: (x, y) => {
      lines.push([]);
      add(x, y);
    },
    lineTo: add,
    arc: () => {},
    closePath: () => {},
  })(feature(topology, topology.objects.land));
  return lines;
}

/** Twice the area, in square units of the map, that a corner must add to be kept: less is invisible. */
const visibleCorner = 4;

/** Removes invisible corners, one after another: each is compared with the last corner that was kept. */
function simplify(line: readonly MapPoint[]): MapPoint[] {
  const kept: MapPoint[] = [];
  line.forEach((point, index) => {
    const before = kept.at(-1) ?? line.at(-1) ?? point;
    const after = line[(index + 1) % line.length] ?? point;
    const area = (point.x - before.x) * (after.y - point.y) - (point.y - before.y) * (after.x - point.x);
    if (Math.abs(area) >= visibleCorner) kept.push(point);
  });
  return kept;
}

/** Formats two numbers of a path: a minus sign is also a separator. */
function formatPoint(x: number, y: number): string {
  return `${x}${y < 0 ? "" : " "}${y}`;
}

/** Formats a closed line as SVG path data: absolute start, relative steps. */
function formatPath(line: readonly MapPoint[]): string {
  const [start, ...rest] = line;
  if (!start) return "";
  let last = start;
  const steps = rest.map((point) => {
    const text = formatPoint(point.x - last.x, point.y - last.y);
    last = point;
    return text;
  });
  const joined = steps.reduce(
    (text, next) => (text === "" || next.startsWith("-") ? text + next : `${text} ${next}`),
    "",
  );
  return `M${formatPoint(start.x, start.y)}l${joined}z`;
}

/** Whether a line is on the map and large enough to be visible. */
function isVisible(line: readonly MapPoint[]): boolean {
  return line.length > 2 && line.some(({ y }) => y <= mapSize.height);
}

const data = drawOutlines().map(simplify).filter(isVisible).map(formatPath).join("");
const text = `/**
 * The land of the world as SVG path data, for the map of \`map-projection.ts\`. Natural Earth 1:110 million, public domain.
 * Written by \`generate-world.ts\`: change that file instead.
 */
export const worldOutline =
  "${data}";
`;
writeFileSync(join(__dirname, "../redirector/pages/world-outline.ts"), text);
