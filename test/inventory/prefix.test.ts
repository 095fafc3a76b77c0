import fc from "fast-check";
import { readPrefix } from "../../inventory/prefix";

const canonical = (text: string) => {
  const reading = readPrefix(text);
  return reading.ok ? reading.canonical : undefined;
};

test.each([
  ["192.0.2.0/24", "32:c0000200/24"],
  ["0.0.0.0/0", "32:0/0"],
  ["2001:DB8::/32", "128:20010db8000000000000000000000000/32"],
  ["2001:db8:0:0:0:0:0:0/32", "128:20010db8000000000000000000000000/32"],
  ["::/0", "128:0/0"],
  ["2001:db8::203.0.113.0/120", "128:20010db80000000000000000cb007100/120"],
])("%s is sound", (text, form) => {
  expect(canonical(text)).toBe(form);
});

test.each([
  "192.0.2.0",
  "192.0.2.0/",
  "192.0.2.0/33",
  "192.0.2.0/024",
  "192.0.2.0/+4",
  "192.0.2.0/24/24",
  "192.0.2/24",
  "192.0.02.0/24",
  "2001:db8::/129",
  "fe80::%eth0/64",
  "::ffff:192.0.2.0/120",
  "example.org/24",
  "",
])("%s is refused", (text) => {
  expect(readPrefix(text)).toMatchObject({ ok: false });
});

test.each([
  ["192.0.2.1/24", "Write 192.0.2.0/24,"],
  ["2001:db8::1/32", "Write 2001:db8::/32,"],
  ["255.255.255.255/0", "Write 0.0.0.0/0,"],
])("%s has host bits", (text, fix) => {
  const reading = readPrefix(text);
  expect(reading.ok ? "" : reading.fix).toContain(fix);
});

test("every address is sound with its full length, however it is written", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const reading = readPrefix(`${address}/128`);
      const isMapped = !reading.ok && reading.why.includes("IPv4");
      expect(reading.ok || isMapped).toBe(true);
    }),
  );
  fc.assert(fc.property(fc.ipV4(), (address) => readPrefix(`${address}/32`).ok));
});
