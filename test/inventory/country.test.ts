import { type Coordinates, distanceKilometres } from "../../inventory/coordinates";
import published from "../../inventory/countries.json";
import { findCountry } from "../../inventory/country";
import { regions } from "../../inventory/region";

const codes = Object.keys(published);

describe("countries", () => {
  test("are those of ISO 3166-1, except for fourteen that the map lacks", () => {
    expect(codes).toHaveLength(249 - 14);
    expect(codes).toEqual([...codes].sort());
  });

  test.each(codes)("%s is complete", (code) => {
    const country = findCountry(code);
    expect(country).toEqual({
      code: expect.stringMatching(/^[A-Z]{2}$/),
      name: expect.stringMatching(/^\S(.*\S)?$/),
      latitude: expect.any(Number),
      longitude: expect.any(Number),
    });
    const { latitude, longitude } = country as Coordinates;
    expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
    expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
    expect([latitude, longitude].map((degrees) => Number(degrees.toFixed(1)))).toEqual([latitude, longitude]);
  });

  // A town near the geographical centre of the country's main land, according to its own survey or an atlas.
  test.each([
    ["DE", 51.2, 10.5, "Niederdorla"],
    ["FR", 46.6, 2.4, "Nassigny: not drawn westwards by Guiana"],
    ["US", 39.8, -98.6, "Lebanon, Kansas: not drawn northwards by Alaska"],
    ["BR", -12, -52, "Canarana"],
    ["IN", 23, 80, "Jabalpur"],
    ["CN", 36, 103.8, "Lanzhou"],
    ["AU", -25.6, 134.4, "Lambert centre"],
    ["RU", 66.4, 94.3, "Lake Vivi"],
    ["ZA", -29, 25, "Kimberley"],
    ["JP", 36.2, 138, "Honshu"],
    ["CH", 46.8, 8.2, "Älggialp"],
    ["SG", 1.35, 103.8, "Singapore"],
    ["NZ", -43.9, 170.5, "the South Island, which is the larger one"],
    ["FJ", -17.8, 178, "Viti Levu, west of the date line"],
    ["HK", 22.3, 114.2, "Hong Kong"],
    ["TW", 23.8, 121, "Puli"],
  ])("%s is around %f, %f (%s)", (code, latitude, longitude) => {
    const country = findCountry(code);
    expect(country && distanceKilometres(country, { latitude, longitude })).toBeLessThan(250);
  });

  test("every region's country exists, at most 4,600 km away", () => {
    for (const { country, latitude, longitude } of regions) {
      const place = findCountry(country);
      expect([country, place?.code]).toEqual([country, country]);
      expect(place && distanceKilometres(place, { latitude, longitude })).toBeLessThan(4600);
    }
  });
});

describe("findCountry", () => {
  test.each(["", "de", "DEU", "XX", "ZZ", "XK", "GF", "constructor", "__proto__", "D", " DE"])(
    "knows no %j",
    (code) => {
      expect(findCountry(code)).toBeUndefined();
    },
  );
});
