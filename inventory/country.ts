import type { Coordinates } from "./coordinates";
import published from "./countries.json";

/** A country or territory, with a point in the middle of its largest land area, to a tenth of a degree. */
export interface Country extends Coordinates {
  /** ISO 3166-1 alpha-2, capital letters. */
  readonly code: string;
  /** The English name, as the npm package i18n-iso-countries writes it: close to ISO 3166-1. */
  readonly name: string;
}

const countriesByCode: ReadonlyMap<string, Country> = new Map(
  Object.entries(published).map(([code, country]) => [code, { code, ...country }]),
);

/**
 * The country with a code of ISO 3166-1 alpha-2 in capital letters; `undefined` if there is none, or if the map that the
 * coordinates come from does not show it separately.
 *
 * The coordinates are rough: in a large country, most people live far from its centre. They are good enough to choose the
 * nearest mirror. `generate-countries.ts` measures them on Natural Earth's map, 1:50 million. It lacks fourteen codes:
 * BQ, GF, GP, MQ, RE, SJ and YT, which it shows as parts of the Netherlands, France and Norway; CC and CX, which it
 * shows as one; BV, GI, TK, TV and UM, which are too small for it. Kosovo has no code of ISO 3166-1 (XK is not one).
 */
export function findCountry(code: string): Country | undefined {
  return countriesByCode.get(code);
}
