import * as fc from "fast-check";
import { parse } from "yaml";
import { formatFlow } from "../../document/format-flow";

test.each([
  ["google", "google"],
  ["https://cdn.example.net/a", "https://cdn.example.net/a"],
  ["https://cdn.example.net/{path}", '"https://cdn.example.net/{path}"'],
  ["123456789012", '"123456789012"'],
  ["2027-12-31", "2027-12-31"],
  ["no", "no"],
  ["true", '"true"'],
  ["*.example.org", '"*.example.org"'],
  ["a: b", '"a: b"'],
  [{ prefixes: ["2001:db8::/32"] }, "{ prefixes: [2001:db8::/32] }"],
  [{}, "{}"],
  [{ a: [1, true, null] }, "{ a: [1, true, null] }"],
])("formats %j", (value, text) => {
  expect(formatFlow(value)).toBe(text);
});

test("quoted text parses back to the value in any position", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."a1.:-*{}[],#'\"/ _0x~&!|>%@`=") }));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.boolean(), tie("list"), tie("mapping")),
    list: fc.array(tie("value"), { maxLength: 3 }),
    mapping: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  }));
  fc.assert(
    fc.property(value, (written) => {
      expect(parse(`a: { b: [${formatFlow(written)}] }`, { schema: "core" })).toEqual({ a: { b: [written] } });
      expect(parse(`a: ${formatFlow(written)}`, { schema: "core" })).toEqual({ a: written });
    }),
  );
});
