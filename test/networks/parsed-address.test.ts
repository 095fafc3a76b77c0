import { isAddress, noAddress, parseAddress } from "../../networks/parsed-address";

const groups = (...values: number[]) => Uint16Array.from(values);

test.each([
  ["192.0.2.1", 0xc0000201, undefined],
  ["0.0.0.0", 0, undefined],
  ["255.255.255.255", 0xffffffff, undefined],
  ["::ffff:192.0.2.1", 0xc0000201, undefined],
  ["2002:c000:201::7", 0xc0000201, undefined],
  ["64:ff9b::192.0.2.1", 0xc0000201, undefined],
  ["2001:db8::1", -1, groups(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)],
  ["::", -1, groups(0, 0, 0, 0, 0, 0, 0, 0)],
])("%s is an address", (text, ipv4, expected) => {
  const address = parseAddress(text);
  expect(address).toEqual({ text, ipv4, groups: expected });
  expect(isAddress(address)).toBe(true);
});

test.each(["", "garbage", "192.0.2", "192.0.2.1:80", "[::1]", "fe80::1%eth0", "192.0.2.256"])(
  "%j is not an address",
  (text) => {
    const address = parseAddress(text);
    expect(address).toEqual({ ...noAddress, text });
    expect(isAddress(address)).toBe(false);
  },
);

test("parsing does not change earlier results", () => {
  const first = parseAddress("2001:db8::1");
  parseAddress("2001:db8::2");
  expect(first.groups).toEqual(groups(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));
});
