import fc from "fast-check";
import { createNamePattern } from "../../../promotion/policy/name-pattern";
import { runs } from "../../property-runs";

test.each([
  ["app", "app", true],
  ["app", "app/x", false],
  ["app/*", "app/x", true],
  ["app/*", "app/", true],
  ["app/*", "app/x/y", false],
  ["app/**", "app/x/y", true],
  ["**/*.exe", "a/b/c.exe", true],
  ["**/*.exe", "c.exe", false],
  ["*", "", true],
  ["v*.*", "v1.2.3", true],
  ["v1.2", "v1x2", false],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "aXbYbZ", false],
])("%s matches %s: %s", (pattern, name, expected) => {
  expect(createNamePattern(pattern)(name)).toBe(expected);
});

test("it matches what the equal regular expression matches", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "*", "**"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (pattern, name) => {
      const source = pattern
        .split(/(\*+)/)
        .map((part) => (part === "*" ? "[^/]*" : part.startsWith("*") ? ".*" : part.replaceAll(".", "\\.")));
      expect(createNamePattern(pattern)(name)).toBe(new RegExp(`^${source.join("")}$`).test(name));
    }),
    runs(500),
  );
});

test("no name makes it slow", () => {
  const pattern = createNamePattern(`${"*a".repeat(100)}b`);
  expect(pattern("a".repeat(4_096))).toBe(false);
});
