import { readInventory } from "../../../inventory/read-inventory";
import { fixture, today } from "../../routing/tables";

/** The URL becomes a header, fragment included. */
test.each([
  ["'https://example.org/about#mirrors?a'", []],
  ["'https://example.org#a=$b;c'", []],
  ["'https://example.org/#a\"b'", ["schema/bad-value"]],
  ['"https://example.org/#a\\r\\nX: y"', ["schema/bad-value"]],
  ["'https://example.org/#caf\u00e9'", ["schema/bad-value"]],
  ["'https://example.org/#a#b'", ["schema/bad-value"]],
])("checks a page at %s", (url, rules) => {
  const text = fixture("small").replace(/(?<=^ {2}info: ).*$/m, () => url);
  const { problems } = readInventory(new TextEncoder().encode(text), "mirrors.yaml", today);
  expect(problems.map(({ rule }) => rule)).toEqual(rules);
});
