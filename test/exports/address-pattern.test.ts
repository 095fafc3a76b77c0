import fc from "fast-check";
import { ipv4Pattern, ipv6Pattern } from "../../exports/address-pattern";
import { parseIPv4, parseIPv6 } from "../../networks/address";
import { runs } from "../property-runs";

const groups = new Uint16Array(8);
const ipv4 = new RegExp(`^${ipv4Pattern}$`);
const ipv6 = new RegExp(`^${ipv6Pattern}$`);

/** Addresses, and strings that are nearly addresses: with parts left out, repeated or changed. */
const nearly = fc
  .tuple(
    fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom("::", "::1", "1:2:3:4:5:6:7::", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4"),
    ),
    fc.array(
      fc.tuple(fc.nat({ max: 40 }), fc.constantFrom("", ":", "::", ".", "0", "1", "f", "256", "00", ":1", "g")),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([address, changes]) =>
    changes.reduce((text, [at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + (piece === "" ? 1 : 0));
    }, address),
  );

test("the patterns match exactly what the parsers accept", () => {
  fc.assert(
    fc.property(nearly, (text) => {
      expect([text, ipv4.test(text)]).toEqual([text, parseIPv4(text) >= 0]);
      expect([text, ipv6.test(text)]).toEqual([text, parseIPv6(text, groups)]);
    }),
    runs(2_000),
  );
});
