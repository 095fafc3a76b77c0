/** The map's size in units of its `viewBox`. */
export const mapSize = { width: 1200, height: 524 } as const;

/** The meridian in the middle, in degrees east: the map is cut at 169° W, in the Bering Strait, so no continent is cut. */
export const centralMeridian = 11;

/** Units of the map per radian: the equator, 2π × 0.8707 radians long in this projection, is as wide as the map. */
export const mapScale = 218;

/** Where the central meridian meets the equator. Antarctica, which has no mirrors, is below the lower edge. */
export const mapCentre = { x: 600, y: 304 } as const;

/** A point on the map: x to the right, y downwards. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
}

/** Degrees, normalized to -180 to 180. */
function normalizeLongitude(longitude: number): number {
  return longitude - 360 * Math.round(longitude / 360);
}

/**
 * A place's point on the map, rounded to a tenth of a unit; undefined beyond the map's edges, as Antarctica is.
 *
 * The projection is Natural Earth, which looks like an atlas and distorts little where people live. The polynomial is
 * by Šavrič, Jenny, Patterson, Petrovič and Hurni, "A Polynomial Equation for the Natural Earth Projection",
 * Cartography and Geographic Information Science 38(4), 2011. The outline is drawn in it by d3-geo's `geoNaturalEarth1`.
 */
export function projectToMap(place: { readonly latitude: number; readonly longitude: number }): MapPoint | undefined {
  const lambda = (normalizeLongitude(place.longitude - centralMeridian) * Math.PI) / 180;
  const phi = (place.latitude * Math.PI) / 180;
  const phi2 = phi * phi;
  const phi4 = phi2 * phi2;
  const east = lambda * (0.8707 - 0.131979 * phi2 + phi4 * (-0.013791 + phi4 * (0.003971 * phi2 - 0.001529 * phi4)));
  const north = phi * (1.007226 + phi2 * (0.015085 + phi4 * (-0.044475 + 0.028874 * phi2 - 0.005916 * phi4)));
  const x = roundToTenth(mapCentre.x + mapScale * east);
  const y = roundToTenth(mapCentre.y - mapScale * north);
  return x >= 0 && x <= mapSize.width && y >= 0 && y <= mapSize.height ? { x, y } : undefined;
}

function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
