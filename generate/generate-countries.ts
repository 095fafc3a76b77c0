/**
 * Measures the coordinates of countries: `npx tsx generate/generate-countries.ts` writes `countries.json`. The map is Natural
 * Earth's (public domain), 1:50 million, as packed by world-atlas; it identifies countries by their ISO 3166-1 numbers, which
 * i18n-iso-countries converts to letters.
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

/** Collects the polygons of every country by its number: some have several entries on the map. */
function collectPolygons(): ReadonlyMap<string, readonly Polygon[]> {
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

function roundToTenths(degrees: number): number {
  return Math.round(degrees * 10) / 10;
}

/** Places a country in the middle of its largest polygon. @throws Error for an unknown number */
function measureCountry(number: string, polygons: readonly Polygon[]): Country {
  const code = numericToAlpha2(number);
  const name = code && getName(code, "en");
  const [largest] = [...polygons].sort((a, b) => geoArea(b) - geoArea(a));
  if (!code || !name || !largest) throw new Error(`the map's country ${number} has no code, name or land`);
  const [longitude, latitude] = geoCentroid(largest);
  return { code, name, latitude: roundToTenths(latitude), longitude: roundToTenths(longitude) };
}

/** One country per line, for readable diffs. */
function formatCountries(countries: readonly Country[]): string {
  const lines = countries.map(({ code, name, latitude, longitude }) => {
    return `  "${code}": { "name": ${JSON.stringify(name)}, "latitude": ${latitude}, "longitude": ${longitude} }`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

const countries = [...collectPolygons()]
  .map(([number, polygons]) => measureCountry(number, polygons))
  .sort((a, b) => (a.code < b.code ? -1 : 1));
writeFileSync(join(__dirname, "../inventory/countries.json"), formatCountries(countries));
