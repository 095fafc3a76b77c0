import fc from "fast-check";
import { formatCidr, parseCidr } from "../../networks/cidr";
import { findSpecialPurpose, specialPurpose } from "../../networks/special-purpose";
import { describeShortPrefix, describeSpecialUse } from "../../networks/usable-prefix";
import { arbitraryCidr } from "./arbitrary-prefixes";

test.each([
  ["0.0.0.0/0", "0.0.0.0/0 is shorter than /8"],
  ["128.0.0.0/1", "128.0.0.0/1 is shorter than /8"],
  ["12.0.0.0/7", "12.0.0.0/7 is shorter than /8"],
  ["17.0.0.0/8", undefined],
  ["::ffff:0:0/96", "0.0.0.0/0 is shorter than /8"],
  ["::/0", "::/0 is shorter than /19"],
  ["2000::/3", "2000::/3 is shorter than /19"],
  ["2a00::/18", "2a00::/18 is shorter than /19"],
  ["2003::/19", undefined],
])("%s: too short? %s", (prefix, problem) => {
  expect(describeShortPrefix(parseCidr(prefix))).toBe(problem);
});

test.each(["10.0.0.0/8", "127.0.0.1/32", "169.254.0.0/16", "192.168.1.0/24", "192.0.0.0/8", "100.64.0.0/16"])(
  "no client has %s",
  (prefix) => expect(describeSpecialUse(parseCidr(prefix))).toMatch(/ (is|contains addresses) for /),
);

test.each(["224.0.0.0/8", "240.0.0.0/8", "198.18.0.0/16", "fc00::/20", "fe80::/64", "ff02::/32", "2002:a00:1::/48"])(
  "no client has %s, a part of a block",
  (prefix) => expect(describeSpecialUse(parseCidr(prefix))).toBeDefined(),
);

test.each(["192.0.2.0/24", "198.51.100.7/32", "203.0.113.0/25", "2001:db8::/32", "35.180.0.0/16", "2a05:d000::/25"])(
  "%s is allowed, for clients or examples",
  (prefix) => expect(describeSpecialUse(parseCidr(prefix))).toBeUndefined(),
);

test("finds every special block, and all prefixes in and around one", () => {
  const near = fc.constantFrom(...specialPurpose.map(({ cidr }) => cidr));
  fc.assert(
    fc.property(fc.oneof(near, arbitraryCidr), (cidr) => {
      const block = findSpecialPurpose(cidr);
      const isSpecial = block !== undefined && block.purpose !== "documentation";
      expect([formatCidr(cidr), describeSpecialUse(cidr) !== undefined]).toEqual([formatCidr(cidr), isSpecial]);
    }),
  );
});
