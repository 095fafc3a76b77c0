import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readInventory, readInventoryFile } from "../../inventory/read-inventory";

const today = new Date("2026-11-21T12:00:00Z");
const read = (text: string | Uint8Array) => readInventory(Buffer.from(text), "mirrors.yaml", today);
const rulesOf = (text: string | Uint8Array) => read(text).problems.map(({ rule }) => rule);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The smallest valid inventory, changed in one place. */
function rulesOfChanged(before: string, after: string): string[] {
  const text = readFileSync(join(__dirname, "..", "fixtures", "inventories", "smallest.yaml"), "utf8");
  expect(text).toContain(before);
  return rulesOf(text.replace(before, after));
}

describe("one clear error for", () => {
  test("a missing file", () => {
    const reading = readInventoryFile(join(folder, "missing.yaml"), today);
    expect(reading.problems).toMatchObject([
      { line: 1, column: 1, rule: "file/unreadable", message: "the file does not exist" },
    ]);
  });

  test("a directory", () => {
    expect(readInventoryFile(folder, today).problems).toMatchObject([{ message: "this is a directory" }]);
  });

  test("10 MB of aliases", () => {
    const path = join(folder, "aliases.yaml");
    writeFileSync(path, `a: &a x\nb:\n${"  - *a\n".repeat(1_500_000)}`);
    expect(readInventoryFile(path, today).problems).toMatchObject([{ rule: "file/too-large" }]);
  });

  const doubling = "bcdefghij".split("").map((name, index) => `${name}: &${name} [${"abcdefghij"[index]}]`);
  const bomb = `a: &a [x, x]\n${doubling.map((line) => line.replace(/\[(.)\]/, `[${Array(9).fill("*$1").join(", ")}]`)).join("\n")}`;

  test.each<[string, string | Uint8Array, string]>([
    ["nothing", "", "file/empty"],
    ["white space", " \n\n", "file/empty"],
    ["comments", "# nothing\n# yet\n", "file/empty"],
    ["a null", "~", "file/empty"],
    ["a list", "- a\n- b\n", "file/not-a-mapping"],
    ["a text", "hello", "file/not-a-mapping"],
    ["a number", "42", "file/not-a-mapping"],
    ["two documents", "a: 1\n---\nb: 2\n", "yaml/several-documents"],
    ["UTF-16", Buffer.from("project:\n", "utf16le"), "file/not-utf8"],
    ["bytes that are not text", Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]), "file/not-utf8"],
    ["140,000 aliases", `a: &a x\nb:\n${"  - *a\n".repeat(140_000)}`, "yaml/aliases"],
    ["aliases that multiply", bomb, "yaml/aliases"],
    ["an alias of itself", "a: &a [*a]", "yaml/aliases"],
    ["an alias without an anchor", "a: *nothing", "yaml/aliases"],
    ["a tag", "a: !secret b", "yaml/syntax"],
    ["brackets in brackets", "- ".repeat(10_000), "yaml/too-deep"],
    ["flow in flow", `a: ${"[".repeat(60)}${"]".repeat(60)}`, "yaml/too-deep"],
  ])("%s", (_, text, rule) => {
    const { ok, problems } = read(text);
    expect([ok, new Set(problems.map((problem) => problem.rule))]).toEqual([false, new Set([rule])]);
  });
});

test("reports the line of a byte that is not UTF-8", () => {
  const text = Buffer.concat([Buffer.from("project:\n  name: caf"), Buffer.from([0xe9]), Buffer.from("\n")]);
  expect(read(text).problems).toMatchObject([{ line: 2, message: "byte 21, on line 2, is not UTF-8" }]);
});

test("a byte order mark and carriage returns do not change positions", () => {
  const text = "hosts:\n  a.example.org: {}\n";
  const plain = read(text).problems.map(({ line, column, rule }) => [line, column, rule]);
  const marked = read(`\uFEFF${text.replaceAll("\n", "\r\n")}`).problems;
  expect(marked.map(({ line, column, rule }) => [line, column, rule])).toEqual(plain);
});

test("keys with a special meaning in JavaScript do not bypass the schema", () => {
  expect(rulesOf("__proto__: { project: x }")).toContain("yaml/bad-key");
  const problems = read("constructor: 1\ntoString: 2\nhosts: { hasOwnProperty: {} }").problems;
  expect(problems.map(({ message }) => message)).toEqual(
    expect.arrayContaining(['there is no field "constructor" here', 'there is no field "toString" here']),
  );
});

test.each([
  ["origin: google/us-central1", "origin: constructor/constructor", "origin/unknown"],
  ["origin: google/us-central1", "origin: google/constructor", "origin/unknown"],
  ["published-at: [google]", "published-at: [constructor]", "dns/unknown-provider"],
  ["runs-at: { google:", "runs-at: { constructor:", "redirector/unknown-provider"],
  ["us-central1: {", "constructor: {", "mirror/unknown-region"],
])("finds %s as %s", (before, after, rule) => {
  expect(rulesOfChanged(before, after)).toContain(rule);
});

test("reads a file that declares YAML 1.1 as YAML 1.2", () => {
  expect(rulesOfChanged("project:", "%YAML 1.1\n---\nproject:")).toEqual([]);
  const credits = "credits: { monthly: 1, currency: USD, until: 2027-12-31 }";
  expect(rulesOfChanged("networks:", `${credits}\n    networks:`)).toEqual([]);
  expect(rulesOf("%YAML 1.1\n---\na: &a { b: 1 }\nc: { <<: *a }")).toContain("schema/unknown-field");
});

test("does not print text that moves a terminal's cursor", () => {
  const problem = read('name: "a\u001b[2J"\nnmae\u0007: 1\n').problems.find(
    ({ rule }) => rule === "schema/unknown-field",
  );
  expect(problem?.excerpt).not.toMatch(/\p{Cc}(?<!\n)/u);
});

test("reports at most a thousand problems and the total", () => {
  const { problems } = read(Array.from({ length: 3000 }, (_, index) => `k${index}: 1`).join("\n"));
  expect(problems.length).toBe(1000);
  expect(problems.at(-1)).toMatchObject({ rule: "file/too-many-problems" });
  expect(problems.at(-1)?.message).toMatch(/^300\d problems found/);
});

test("accepts a normal alias and locates its problems there", () => {
  const problems = read("project: &project { name: X }\ndns: *project\n").problems;
  expect(problems.filter(({ line }) => line === 2).map(({ rule, column }) => [rule, column])).toEqual(
    expect.arrayContaining([["schema/unknown-field", 6]]),
  );
});
