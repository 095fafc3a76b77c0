import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { covers, formatCidr, parseCidr, parseHost } from "../../networks/cidr";
import { readRanges, shippedRanges } from "../../networks/range-snapshot";
import { findSpecialPurpose, isPublicAddress, specialPurpose } from "../../networks/special-purpose";
import { runs } from "../property-runs";

test.each([
  "1.1.1.1",
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "168.63.129.15",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "192.167.255.255",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2001:200::1",
  "2001:4860:4860::8888",
  "2606:4700::1111",
  "2a00:1450:4001::1",
  "::ffff:8.8.8.8",
  "2002:808:808::1",
  "64:ff9b::8.8.8.8",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ["0.0.0.0", '"this network"'],
  ["10.1.2.3", "private use"],
  ["100.64.0.1", "shared address space of carriers"],
  ["100.100.100.200", "shared address space of carriers"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["169.254.169.254", "link-local use"],
  ["172.16.0.1", "private use"],
  ["172.31.255.255", "private use"],
  ["192.0.0.192", "protocol assignments"],
  ["192.0.2.1", "documentation"],
  ["192.88.99.1", "6to4 relays"],
  ["192.168.1.1", "private use"],
  ["198.19.255.255", "benchmarks"],
  ["198.51.100.1", "documentation"],
  ["203.0.113.1", "documentation"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.255", "multicast"],
  ["240.0.0.1", "future use"],
  ["255.255.255.255", "broadcast"],
  ["::", "no address"],
  ["::1", "loopback"],
  ["::127.0.0.1", "IPv4-compatible addresses"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:a9fe:a9fe", "link-local use"],
  ["64:ff9b::10.0.0.1", "private use"],
  ["64:ff9b:1::8.8.8.8", "local translation to IPv4"],
  ["100::1", "discarding"],
  ["100:0:0:1::1", "dummy addresses"],
  ["2001::1", "Teredo"],
  ["2001:0:808:808::80ff:fffe", "Teredo"],
  ["2001:2::1", "benchmarks"],
  ["2001:db8::1", "documentation"],
  ["2002:7f00:1::1", "loopback"],
  ["2002:a9fe:a9fe::1", "link-local use"],
  ["3fff::1", "documentation"],
  ["4000::1", "no global use"],
  ["5f00::1", "segment routing"],
  ["fc00::1", "unique-local use"],
  ["fd00:ec2::254", "unique-local use"],
  ["fe80::1", "link-local use"],
  ["fec0::1", "site-local use"],
  ["ff02::1", "multicast"],
])("%s is for %s", (address, purpose) => {
  expect(isPublicAddress(address)).toBe(false);
  const host = parseHost(address);
  expect(host && findSpecialPurpose(host)?.purpose).toBe(purpose);
});

test.each([
  "168.63.129.16",
  "::ffff:168.63.129.16",
  "",
  "localhost",
  "example.org",
  "[2606:4700::1111]",
  "fe80::1%eth0",
  "8.8.8.8:80",
  "8.8.8.8/32",
  "08.8.8.8",
  "0x8.8.8.8",
  "134744072",
])("%j is not a public address", (text) => {
  expect(isPublicAddress(text)).toBe(false);
});

test.each([
  ["0.0.0.0/0", '"this network"'],
  ["::/0", "no address"],
  ["2000::/3", "Teredo"],
  ["192.168.4.0/22", "private use"],
  ["192.0.0.0/16", "protocol assignments"],
  ["::ffff:10.0.0.0/104", "private use"],
  ["2002::/16", '"this network"'],
  ["2002:a00::/24", "private use"],
  ["2002:c0a8:100:2::/64", "private use"],
  ["64:ff9b::/96", '"this network"'],
  ["64:ff9b::/64", "no global use"],
  ["2002:808::/32", undefined],
  ["20.0.0.0/8", undefined],
  ["168.63.0.0/16", undefined],
  ["2a00::/12", undefined],
])("the prefix %s overlaps a block for %s", (prefix, purpose) => {
  expect(findSpecialPurpose(parseCidr(prefix))?.purpose).toBe(purpose);
});

test("a prefix is special exactly if a prefix that covers it or is in it is", () => {
  for (const { cidr, prefix } of specialPurpose) {
    expect(formatCidr(cidr)).toBe(prefix);
    const wider = parseCidr(cidr.groups.length === 2 ? "0.0.0.0/0" : "::/0");
    expect(covers(wider, cidr)).toBe(true);
    expect(findSpecialPurpose(cidr)).toBeDefined();
  }
});

test("all public IPv4 addresses are unicast for ipaddr.js", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      if (ipaddr.parse(address).range() !== "unicast") expect(isPublicAddress(address)).toBe(false);
    }),
    runs(500),
  );
});

test("all public IPv6 addresses are unicast or transitional for ipaddr.js", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const { [ipaddr.parse(address).range()]: may = false } = {
        unicast: true,
        "6to4": true,
        rfc6052: true,
        ipv4Mapped: true,
      };
      if (!may) expect(isPublicAddress(address)).toBe(false);
    }),
    runs(500),
  );
});

test.each(["aws", "google", "azure"] as const)("nothing that %s publishes is refused", (feed) => {
  const { entries } = readRanges(shippedRanges, { kind: "feed", feed });
  expect(entries.filter(({ prefix }) => findSpecialPurpose(parseCidr(prefix)) !== undefined)).toEqual([]);
});
