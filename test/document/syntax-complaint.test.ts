import { readInventory } from "../../inventory/read-inventory";

const read = (text: string) => readInventory(Buffer.from(text), "mirrors.yaml", new Date("2026-11-21T12:00:00Z"));

test.each([
  ["a: [b, c\nd: 1\n", "1:4", "this [ is not closed", "Add the ]"],
  ["a: { b: {}\nc: 3\n", "1:4", "this { is not closed", "Add the }"],
  ["a: { b: [1, 2}\nc: 3\n", "1:9", "this [ is not closed", "Add the ]"],
  ["a: 1\n}\nb: 2\n  c: 3\n", "2:1", "this } closes nothing", "Take it out"],
  ["a: [1]]\nb: 2\n", "1:7", "this ] closes nothing", "Take it out"],
  ['a: "x\nb: 2\nc: 3\n', "1:4", 'this " is not closed', "Add the same quote"],
  ["a: { b: 'x, c: y }\nd: 1\n", "1:9", "this ' is not closed", "Add the same quote"],
  ["a: 'it's'\n", "1:8", "has ended before this", "double quotes"],
  ["a: {b: 1} c\nd: 3\n", "1:11", "has ended before this", "Take this out"],
  ['a: "x\\d"\n', "1:6", "a backslash begins an escape", "single quotes"],
  ["a: 1\n- b\n", "2:1", "a list entry is among fields", "Indent it"],
  ["a: >x\n", "1:4", "cannot begin with >", 'Write ">x"'],
  ["a: [b, , c]\n", "1:8", "before this comma", "Take it out"],
  ["a: b: https://c.d\n", "1:4", "a colon and a space", "quotes"],
  ["a:\n  b: 1\n   c: 2\n", "3:4", "the indentation of this line", "as many spaces"],
  ["a:\n  b: - c\n", "2:6", "a list with hyphens", "Write [c]"],
  ["- a\nb: c\n", "2:1", "the indentation of this line", "as many spaces"],
  ["a: { b: $" + "{c}.d }\n", "1:10", "a brace or a bracket in it needs quotes", "in quotes"],
  ["a: 1\nb: & c\n", "2:4", "& without quotes is a YAML anchor", "needs quotes"],
  ["a: 1\n&b: 2\n", "2:1", "&b: without quotes is a YAML anchor", "needs quotes"],
])("one error with its cause and its place: %j", (text, at, message, fix) => {
  const { problems } = read(text);
  expect(problems.map(({ line, column }) => `${line}:${column}`)).toEqual([at]);
  expect(problems).toMatchObject([
    { rule: "yaml/syntax", message: expect.stringContaining(message), fix: expect.stringContaining(fix) },
  ]);
});

test("brackets that are not closed are reported each", () => {
  expect(read("a: [b\nc: [d\ne: 1\n").problems).toMatchObject([
    { line: 1, column: 4 },
    { line: 2, column: 4 },
  ]);
});
