import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { extractIPv4, parseIPv4, parseIPv6 } from "../../networks/address";
import { runs } from "../property-runs";

function groupsOf(text: string): string | undefined {
  const groups = new Uint16Array(8);
  return parseIPv6(text, groups) ? Array.from(groups, (group) => group.toString(16)).join(":") : undefined;
}

test.each([
  ["0.0.0.0", 0],
  ["1.2.3.4", 0x01020304],
  ["192.168.0.1", 0xc0a80001],
  ["255.255.255.255", 0xffffffff],
])("%s is an IPv4 address", (text, number) => {
  expect(parseIPv4(text)).toBe(number);
});

test.each([
  ["nothing", ""],
  ["three octets", "1.2.3"],
  ["five octets", "1.2.3.4.5"],
  ["an octet over 255", "1.2.3.256"],
  ["an octet of four digits", "1.2.3.1000"],
  ["a leading zero, which some read as octal", "010.0.0.1"],
  ["two zeros", "1.2.3.00"],
  ["hexadecimal", "0x1.2.3.4"],
  ["one number", "16909060"],
  ["an empty octet", "1..2.3"],
  ["a dot at the end", "1.2.3.4."],
  ["a dot at the start", ".1.2.3.4"],
  ["a space", "1.2.3.4 "],
  ["a sign", "+1.2.3.4"],
  ["a port", "1.2.3.4:80"],
  ["a prefix", "1.2.3.0/24"],
  ["digits of another script", "١.2.3.4"],
  ["an IPv6 address", "::1"],
])("%s is not an IPv4 address", (_, text) => {
  expect(parseIPv4(text)).toBe(-1);
});

test.each([
  ["::", "0:0:0:0:0:0:0:0"],
  ["::1", "0:0:0:0:0:0:0:1"],
  ["1::", "1:0:0:0:0:0:0:0"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8"],
  ["2001:DB8::aB", "2001:db8:0:0:0:0:0:ab"],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
  ["1::8", "1:0:0:0:0:0:0:8"],
  ["::ffff:1.2.3.4", "0:0:0:0:0:ffff:102:304"],
  ["::1.2.3.4", "0:0:0:0:0:0:102:304"],
  ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
  ["64:ff9b::192.0.2.33", "64:ff9b:0:0:0:0:c000:221"],
  ["1:2:3:4:5::255.255.255.255", "1:2:3:4:5:0:ffff:ffff"],
])("%s is an IPv6 address", (text, groups) => {
  expect(groupsOf(text)).toBe(groups);
});

test.each([
  ["nothing", ""],
  ["one colon", ":"],
  ["three colons", ":::"],
  ["seven groups", "1:2:3:4:5:6:7"],
  ["nine groups", "1:2:3:4:5:6:7:8:9"],
  ["eight groups and a gap", "1:2:3:4::5:6:7:8"],
  ["eight groups and a gap at the end", "1:2:3:4:5:6:7:8::"],
  ["two gaps", "1::2::3"],
  ["a colon at the end", "1:2:3:4:5:6:7:"],
  ["a colon at the start", ":1:2:3:4:5:6:7"],
  ["a group of five digits", "00001::"],
  ["another letter", "g::"],
  ["a zone", "fe80::1%eth0"],
  ["brackets", "[::1]"],
  ["a prefix", "2001:db8::/32"],
  ["an IPv4 address in the middle", "::1.2.3.4:5"],
  ["an IPv4 address with a leading zero", "::ffff:01.2.3.4"],
  ["an IPv4 address too far left", "1:2:3:4:5:1.2.3.4"],
  ["an IPv4 address too far right", "1:2:3:4:5:6:7:1.2.3.4"],
  ["an IPv4 address", "1.2.3.4"],
  ["a character beyond ASCII", "１::"],
  ["ten kilobytes", "1:".repeat(5000)],
])("%s is not an IPv6 address", (_, text) => {
  expect(groupsOf(text)).toBeUndefined();
});

test.each<[string, string | undefined]>([
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["::ffff:255.255.255.255", "255.255.255.255"],
  ["::ffff:0.0.0.0", "0.0.0.0"],
  ["::fffe:1.2.3.4", undefined],
  ["::ffff:0:1.2.3.4", undefined],
  ["1::ffff:1.2.3.4", undefined],
  ["::1.2.3.4", undefined],
  ["2002:102:304::", "1.2.3.4"],
  ["2002:ffff:ffff:1:2:3:4:5", "255.255.255.255"],
  ["2002::", "0.0.0.0"],
  ["2003:102:304::", undefined],
  ["2001:102:304::", undefined],
  ["64:ff9b::1.2.3.4", "1.2.3.4"],
  ["64:ff9b::ffff:ffff", "255.255.255.255"],
  ["64:ff9b::1:1.2.3.4", undefined],
  ["64:ff9b:1::1.2.3.4", undefined],
  ["64:ff9a::1.2.3.4", undefined],
  ["64::1.2.3.4", undefined],
  ["::", undefined],
  ["::1", undefined],
  ["2001:db8::1.2.3.4", undefined],
])("%s contains the IPv4 address %s", (text, carried) => {
  const groups = new Uint16Array(8);
  expect(parseIPv6(text, groups)).toBe(true);
  expect(extractIPv4(groups)).toBe(carried === undefined ? -1 : parseIPv4(carried));
});

const soup = fc.string({ unit: fc.constantFrom(..."0125:.fF%g", "::", "255", "ffff:", "1.2.3.4"), maxLength: 24 });

test("agrees with Node's parser on what is an address", () => {
  fc.assert(
    fc.property(fc.oneof(soup, fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
      expect(parseIPv4(text) >= 0).toBe(isIPv4(text));
      expect(groupsOf(text) !== undefined).toBe(isIPv6(text) && !text.includes("%"));
    }),
    runs(500),
  );
});
