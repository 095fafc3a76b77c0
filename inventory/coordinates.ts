/** A point on Earth, WGS 84, in decimal degrees: north and east are positive. */
export interface Coordinates {
  /** -90 to 90. */
  readonly latitude: number;
  /** -180 to 180. */
  readonly longitude: number;
}

/** The mean radius of the Earth, R1 of GRS 80 (IUGG; Moritz, Geodetic Reference System 1980), in kilometres. */
const earthRadiusKilometres = 6371.0088;

/**
 * The great-circle distance between two places, in kilometres, by the haversine formula. The Earth is not a sphere:
 * the error is up to 0.6 %, much less than the uncertainty of a region's location.
 */
export function distanceKilometres(a: Coordinates, b: Coordinates): number {
  const haversine =
    squaredSine(radians(b.latitude - a.latitude) / 2) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * squaredSine(radians(b.longitude - a.longitude) / 2);
  // Rounding can make the haversine of antipodal points exceed 1, where the arc sine has no value.
  return 2 * earthRadiusKilometres * Math.asin(Math.sqrt(Math.min(1, haversine)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function squaredSine(angle: number): number {
  return Math.sin(angle) ** 2;
}
