import type { Coordinates } from "./coordinates";
import published from "./countries.json";

/** A country or territory, and a point in the middle of its largest piece of land, to a tenth of a degree. */
export interface Country extends Coordinates {
  /** ISO 3166-1 alpha-2, capital letters. */
  readonly code: string;
  /** The English name, as the npm package i18n-iso-countries writes it: near to that of ISO 3166-1. */
  readonly name: string;
}

const countriesByCode: ReadonlyMap<string, Country> = new Map(
  Object.entries(published).map(([code, country]) => [code, { code, ...country }]),
);

/**
 * The country with a code of ISO 3166-1 alpha-2 in capital letters; `undefined` if there is none, or if the map that the
 * places are measured on does not show it by itself.
 *
 * The places are for choosing the nearer of several mirrors, and rough: the middle of a large country is far from most
 * who live there. `generate-countries.ts` measures them on Natural Earth's map, 1:50 million. It lacks fourteen codes:
 * BQ, GF, GP, MQ, RE, SJ and YT, which it draws as parts of the Netherlands, France and Norway; CC and CX, which it
 * draws as one; BV, GI, TK, TV and UM, which are too small for it. Kosovo has no code of ISO 3166-1 (XK is not one).
 */
export function findCountry(code: string): Country | undefined {
  return countriesByCode.get(code);
}
