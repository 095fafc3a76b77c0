import { readInventory } from "../../inventory/read-inventory";

const read = (text: string) => readInventory(Buffer.from(text), "mirrors.yaml", new Date("2026-11-21T12:00:00Z"));

test.each([
  ["a: [b, c\nd: 1\n", "1:4", "this [ is not closed", "Add the missing ]"],
  ["a: { b: {}\nc: 3\n", "1:4", "this { is not closed", "Add the missing }"],
  ["a: { b: [1, 2}\nc: 3\n", "1:9", "this [ is not closed", "Add the missing ]"],
  ["a: 1\n}\nb: 2\n  c: 3\n", "2:1", "unmatched }", "Remove "],
  ["a: [1]]\nb: 2\n", "1:7", "unmatched ]", "Remove "],
  ['a: "x\nb: 2\nc: 3\n', "1:4", 'this " is not closed', "Add the same quote"],
  ["a: { b: 'x, c: y }\nd: 1\n", "1:9", "this ' is not closed", "Add the same quote"],
  ["a: 'it's'\n", "1:8", "unexpected text after", "double quotes"],
  ["a: {b: 1} c\nd: 3\n", "1:11", "unexpected text after", "Remove this"],
  ['a: "x\\d"\n', "1:6", "invalid escape", "single quotes"],
  ["a: 1\n- b\n", "2:1", "a list entry cannot be among fields", "Indent it"],
  ["a: >x\n", "1:4", "begins with > needs quotes", 'Write ">x"'],
  ["a: [b, , c]\n", "1:8", "before this comma", "Remove "],
  ["a: b: https://c.d\n", "1:4", "a colon and a space", "quotes"],
  ["a:\n  b: 1\n   c: 2\n", "3:4", "the indentation does not match", "Indent it like"],
  ["a:\n  b: - c\n", "2:6", "a list with hyphens", "Write [c]"],
  ["- a\nb: c\n", "2:1", "the indentation does not match", "Indent it like"],
  ["a: { b: $" + "{c}.d }\n", "1:10", "a brace or a bracket needs quotes", "in quotes"],
  ["a: 1\nb: & c\n", "2:4", "& without quotes is a YAML anchor", "quote strings"],
  ["a: 1\n&b: 2\n", "2:1", "&b: without quotes is a YAML anchor", "quote strings"],
])("reports one error with its cause and place: %j", (text, at, message, fix) => {
  const { problems } = read(text);
  expect(problems.map(({ line, column }) => `${line}:${column}`)).toEqual([at]);
  expect(problems).toMatchObject([
    { rule: "yaml/syntax", message: expect.stringContaining(message), fix: expect.stringContaining(fix) },
  ]);
});

test("reports each unclosed bracket", () => {
  expect(read("a: [b\nc: [d\ne: 1\n").problems).toMatchObject([
    { line: 1, column: 4 },
    { line: 2, column: 4 },
  ]);
});
