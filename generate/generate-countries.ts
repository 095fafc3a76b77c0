/**
 * Measures where countries are: `npx tsx generate/generate-countries.ts` writes `countries.json`. The map is Natural
 * Earth's (public domain), 1:50 million, as packed by world-atlas; it names countries by the numbers of ISO 3166-1, which
 * i18n-iso-countries turns into letters.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GeoGeometryObjects, geoArea, geoCentroid } from "d3-geo";
import { getName, numericToAlpha2, registerLocale } from "i18n-iso-countries";
import english from "i18n-iso-countries/langs/en.json";
import { feature } from "topojson-client";
import map from "world-atlas/countries-50m.json";
import type { Country } from "../inventory/country";

type Topology = Parameters<typeof feature>[0];
type Collection = Extract<Parameters<typeof feature>[1], { readonly type: "GeometryCollection" }>;
type Polygon = Extract<GeoGeometryObjects, { readonly type: "Polygon" }>;

registerLocale(english);
const topology = map as unknown as Topology & { readonly objects: { readonly countries: Collection } };

/** The polygons of every country by its number: some have several entries on the map. */
function polygonsByNumber(): ReadonlyMap<string, readonly Polygon[]> {
  const polygons = new Map<string, Polygon[]>();
  for (const { id, geometry } of feature(topology, topology.objects.countries).features) {
    if (id === undefined) continue;
    const known = polygons.get(String(id)) ?? [];
    polygons.set(String(id), known);
    if (geometry.type === "Polygon") known.push(geometry);
    if (geometry.type !== "MultiPolygon") continue;
    known.push(...geometry.coordinates.map((coordinates): Polygon => ({ type: "Polygon", coordinates })));
  }
  return polygons;
}

function tenths(degrees: number): number {
  return Math.round(degrees * 10) / 10;
}

/** The country with a number, placed in the middle of the largest of its polygons. @throws Error for an unknown number */
function measured(number: string, polygons: readonly Polygon[]): Country {
  const code = numericToAlpha2(number);
  const name = code && getName(code, "en");
  const [largest] = [...polygons].sort((a, b) => geoArea(b) - geoArea(a));
  if (!code || !name || !largest) throw new Error(`the map's country ${number} has no code, name or land`);
  const [longitude, latitude] = geoCentroid(largest);
  return { code, name, latitude: tenths(latitude), longitude: tenths(longitude) };
}

/** One country a line, so that a diff shows what moved; the formatter keeps it so. */
function asText(countries: readonly Country[]): string {
  const lines = countries.map(({ code, name, latitude, longitude }) => {
    return `  "${code}": { "name": ${JSON.stringify(name)}, "latitude": ${latitude}, "longitude": ${longitude} }`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

const countries = [...polygonsByNumber()]
  .map(([number, polygons]) => measured(number, polygons))
  .sort((a, b) => (a.code < b.code ? -1 : 1));
writeFileSync(join(__dirname, "../inventory/countries.json"), asText(countries));
