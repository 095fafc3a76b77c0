import fc from "fast-check";
import { compareCidrs, covers, formatCidr, NotACidr, parseCidr } from "../../networks/cidr";
import { arbitraryCidr } from "./arbitrary-prefixes";

test.each([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["192.0.2.1/32", "192.0.2.1/32"],
  ["2001:DB8:0:0::/32", "2001:db8::/32"],
  ["::/0", "::/0"],
  ["2001:db8:0:0:1::/80", "2001:db8:0:0:1::/80"],
  ["2001:0:0:1:0:0:0:1/128", "2001:0:0:1::1/128"],
  ["1:0:2:3:4:5:6:7/128", "1:0:2:3:4:5:6:7/128"],
  ["::ffff:192.0.2.0/120", "192.0.2.0/24"],
  ["::ffff:0:0/96", "0.0.0.0/0"],
])("formats %s as %s", (text, canonical) => {
  expect(formatCidr(parseCidr(text))).toBe(canonical);
});

test.each([
  ["10.0.0.0", "has no prefix length"],
  ["10.0.0/8", "does not start with an IPv4 or IPv6 address"],
  ["fe80::%eth0/64", "does not start with an IPv4 or IPv6 address"],
  ["10.0.0.0/33", "needs a prefix length from 0 to 32"],
  ["2001:db8::/129", "needs a prefix length from 0 to 128"],
  ["10.0.0.0/", "needs a prefix length"],
  ["10.0.0.0/08", "needs a prefix length"],
  ["10.0.0.0/+8", "needs a prefix length"],
  ["10.0.0.0/8/8", "needs a prefix length"],
  ["10.0.0.1/8", "10.0.0.0/8 is meant, or a longer prefix"],
  ["2001:db8::1/64", "2001:db8::/64 is meant, or a longer prefix"],
  ["::ffff:0:0/95", "::fffe:0:0/95 is meant"],
  ["<html>/8", '"<html>/8" does not start with'],
])("%s is not a prefix", (text, message) => {
  expect(() => parseCidr(text)).toThrow(NotACidr);
  expect(() => parseCidr(text)).toThrow(message);
});

test.each([
  ["10.0.0.1/8", "has bits set past its length", "10.0.0.0/8"],
  ["::ffff:192.0.2.1/120", "has bits set past its length", "192.0.2.0/24"],
  ["10.0.0.0", "has no prefix length such as /24", undefined],
])("the error for %s has the reason and the probable prefix", (text, reason, meant) => {
  expect(() => parseCidr(text)).toThrow(expect.objectContaining({ reason, meant }));
});

test("parses and formats a prefix unchanged", () => {
  fc.assert(
    fc.property(arbitraryCidr, (cidr) => {
      expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
    }),
  );
});

test("sorts a prefix before those that it covers", () => {
  fc.assert(
    fc.property(arbitraryCidr, arbitraryCidr, (left, right) => {
      if (covers(left, right)) expect(compareCidrs(left, right)).toBeLessThanOrEqual(0);
      if (covers(left, right) && covers(right, left)) expect(compareCidrs(left, right)).toBe(0);
    }),
  );
});
