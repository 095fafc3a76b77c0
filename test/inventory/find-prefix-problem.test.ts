import fc from "fast-check";
import { canonicalizePrefix, findPrefixProblem } from "../../inventory/find-prefix-problem";

test.each([
  ["192.0.2.0/24", "192.0.2.0/24"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:DB8::/32", "2001:db8::/32"],
  ["2001:db8:0:0:0:0:0:0/32", "2001:db8::/32"],
  ["::/0", "::/0"],
  ["2001:db8::203.0.113.0/120", "2001:db8::cb00:7100/120"],
])("accepts %s", (text, form) => {
  expect(findPrefixProblem(text)).toBeUndefined();
  expect(canonicalizePrefix(text)).toBe(form);
});

test.each([
  ["192.0.2.0", "Write it as 203.0.113.0/24 or"],
  ["192.0.2.0/", "Write it as 203.0.113.0/24 or"],
  ["192.0.2.0/33", "Write it as 203.0.113.0/24 or"],
  ["192.0.2.0/024", "Write it as 203.0.113.0/24 or"],
  ["192.0.2.0/+4", "Write it as 203.0.113.0/24 or"],
  ["192.0.2.0/24/24", "Write it as 203.0.113.0/24 or"],
  ["192.0.2/24", "Write it as 203.0.113.0/24 or"],
  ["192.0.02.0/24", "Write it as 203.0.113.0/24 or"],
  ["2001:db8::/129", "Write it as 203.0.113.0/24 or"],
  ["fe80::%eth0/64", "Write it as 203.0.113.0/24 or"],
  ["example.org/24", "Write it as 203.0.113.0/24 or"],
  ["", "Write it as 203.0.113.0/24 or"],
  ["::ffff:192.0.2.0/120", "Write it as 192.0.2.0/24"],
  ["::ffff:192.0.2.1/120", "Write 192.0.2.0/24,"],
  ["192.0.2.1/24", "Write 192.0.2.0/24,"],
  ["2001:db8::1/32", "Write 2001:db8::/32,"],
  ["255.255.255.255/0", "Write 0.0.0.0/0,"],
])("refuses %s, with a fix", (text, fix) => {
  expect(findPrefixProblem(text)?.fix).toContain(fix);
  expect(canonicalizePrefix(text)).toBe(text);
});

test("the prefix in a fix is valid", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (address, length) => {
      const [, meant] =
        /^Write (\S+?),? ?(?:or the longer|$)/.exec(findPrefixProblem(`${address}/${length}`)?.fix ?? "") ?? [];
      if (meant !== undefined) expect(findPrefixProblem(meant)).toBeUndefined();
    }),
  );
});
